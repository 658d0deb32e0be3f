#!/usr/bin/env python3
"""Checks one WARC file of anafora's with warcio as the reader; stricter than `warcio check`, which passes torn files.

usage: check_warc.py FILE RECORDS

Prints every fault it finds, one a line, and ends with 1 where there is any.
"""

import hashlib
import io
import json
import sys
import zlib

from warcio.archiveiterator import ArchiveIterator

EVERYWHERE = ["WARC-Type", "WARC-Record-ID", "WARC-Date", "WARC-Block-Digest", "Content-Type", "Content-Length"]
NAMES_OF_OTHERS = {"warc-warcinfo-id", "warc-concurrent-to", "warc-refers-to"}


def gzip_members(data):
    """What each member of a gzip file inflates to; an error where one is torn or broken."""
    while data:
        member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        content = member.decompress(data)
        if not member.eof:
            raise ValueError("the last gzip member is torn")
        yield content
        data = member.unused_data


class Records:
    """The records of a file, read one after the other, and what is wrong with them."""

    def __init__(self):
        self.faults = []
        self.blocks = {}
        self.mentions = []
        self.descriptions = []
        self.shown = set()

    def fault(self, number, text):
        self.faults.append(f"record {number}: {text}")

    def read_member(self, number, content):
        """Reads what must be exactly one record."""
        records = ArchiveIterator(io.BytesIO(content), check_digests=True)
        for position, record in enumerate(records):
            if position:
                self.fault(number, "shares its gzip member with another record")
            block = record.content_stream().read()
            if record.digest_checker.passed is not True:
                self.fault(number, f"its digest does not hold: {record.digest_checker.problems}")
            self.check(number, record.rec_headers, block)

    def check(self, number, headers, block):
        kind, target = headers.get_header("WARC-Type"), headers.get_header("WARC-Target-URI")
        if headers.protocol != "WARC/1.1":
            self.fault(number, f"is of version {headers.protocol}")
        for field in EVERYWHERE:
            if not headers.get_header(field):
                self.fault(number, f"has no {field}")
        if (kind == "warcinfo") != (number == 1):
            self.fault(number, f"is a {kind} in the wrong place")
        if kind != "warcinfo":
            if not headers.get_header("WARC-Warcinfo-ID"):
                self.fault(number, "does not name the warcinfo")
            if not target or not target.isascii() or any(letter in target for letter in ' <>"'):
                self.fault(number, f"has a target that is no URI: {target}")
        if kind == "resource":
            if not headers.get_header("WARC-Payload-Digest"):
                self.fault(number, "has no payload digest")
            second = (target, headers.get_header("WARC-Date")[:19])
            if second in self.shown:
                self.fault(number, f"is a second capture of {target} in one second")
            self.shown.add(second)
            if target.startswith("urn:pageinfo:"):
                self.descriptions.append((number, json.loads(block)))
            if target.startswith("https:") and headers.get_header("Content-Type").startswith("text/html"):
                if b"<script" in block.lower():
                    self.fault(number, "shows a page that has a script")
        name = headers.get_header("WARC-Record-ID")
        if name in self.blocks:
            self.fault(number, f"has the name of another record, {name}")
        self.blocks[name] = block
        for field, value in headers.headers:
            if field.lower() in NAMES_OF_OTHERS:
                self.mentions.append((number, value))

    def check_links(self):
        """What can be told only when all records are known."""
        for number, name in self.mentions:
            if name not in self.blocks:
                self.fault(number, f"names {name}, which is not in the file")
        for number, description in self.descriptions:
            for part in description["parts"]:
                block = self.blocks.get(f"<{part['record']}>")
                if block is None:
                    self.fault(number, f"part {part['name']} is not in the file")
                elif f"sha256:{hashlib.sha256(block).hexdigest()}" != part["digest"]:
                    self.fault(number, f"part {part['name']} is not what was captured")


def faults_of(path, expected):
    records, number = Records(), 0
    try:
        with open(path, "rb") as file:
            for number, content in enumerate(gzip_members(file.read()), start=1):
                records.read_member(number, content)
    except Exception as error:  # whatever a reader stops at is a fault of the file
        records.faults.append(f"reading stopped after record {number}: {type(error).__name__}: {error}")
    records.check_links()
    if len(records.blocks) != expected:
        records.faults.append(f"{len(records.blocks)} records, {expected} were expected")
    return records.faults


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    found = faults_of(sys.argv[1], int(sys.argv[2]))
    for line in found:
        print(line)
    sys.exit(1 if found else 0)
