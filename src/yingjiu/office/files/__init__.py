"""Files: encrypted on the disk, uploaded in chunks that go on where they broke off, seen by who may.

``files.services.store`` and ``open_file`` are what other apps call; a form with ``<c-upload>`` brings the key
of a :class:`~yingjiu.office.files.models.StoredFile`, which ``files.selectors.own_file`` reads.
"""
