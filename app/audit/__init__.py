"""The audit log: who, what, when, from where, before and after."""
