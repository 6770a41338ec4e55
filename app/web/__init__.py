"""The pages: server-rendered, thin over the same services as the HTTP contract.

Pages only read. Whatever changes something is sent by `static/js/forms.js` to the HTTP contract,
so that there is one rule, one validation and one message for browsers and programs.
"""
