"""What is secret at rest: encrypted fields, blind indexes for exact search, the key ring, and its rotation.

Personal data (ID numbers, telephones, bank accounts, statements) are kept encrypted by SM4-GCM; PIPL art. 51
asks for encryption, the Data Security Law art. 27 and 38 for a system that keeps secret what an organ learns.
"""
