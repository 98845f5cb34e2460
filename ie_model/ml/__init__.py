"""The networks, as thinc models: an encoder of tokens, a conditional random field, a scorer of pairs."""
