"""Steps that several features take."""
