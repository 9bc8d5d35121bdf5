"""Recipe files: what one holds, how it is read and checked, and how its templates are filled. Pure; what is made of them is a feature's."""
