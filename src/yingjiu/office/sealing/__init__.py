"""Sealed records of juveniles (犯罪记录封存), in the layer that reads the database.

Criminal Procedure Law art. 286; Law on Preventing Juvenile Delinquency art. 59; 人民检察院刑事诉讼规则
art. 482 to 487; 关于未成年人犯罪记录封存的实施办法 (2022-05-30), by which judicial-relief material about a
juvenile suspect is sealed too. A sealed row is in no list, count, search, dropdown or export; it is opened
on a written application, for a listed ground, by a decision within seven days, for one person and a time.
"""
