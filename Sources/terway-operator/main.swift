print("terway-operator")
