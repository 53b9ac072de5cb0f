// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {Parameters} from "./Parameters.sol";
import {RlpReader} from "./RlpReader.sol";
import {SaltCommit, SaltReveal, VoteItem} from "../interfaces/Types.sol";

/// The payload of 2.5 over calldata. Whatever is not canonical reverts, as in RlpReader; signatures are the node's and are only stepped over.
library PayloadReader {
    using RlpReader for bytes;

    uint256 private constant FIELDS = 13;
    uint256 private constant VERSION = 1;
    /// More than any K (5.3), and a bound for the work of an `against` list.
    uint256 private constant MAX_VOTE_ITEMS = 64;
    uint256 private constant MAX_HEADER_FIELDS = 32;
    uint256 private constant MAX_ITEMS = 1 << 16;

    /// Positions in the list.
    uint256 internal constant PARENT_CERT = 1;
    uint256 internal constant AGAINST = 2;
    uint256 internal constant LATE = 3;
    uint256 internal constant TC = 4;
    uint256 internal constant REJECTIONS = 5;
    uint256 internal constant EVIDENCE = 6;
    uint256 internal constant REVEAL = 7;
    uint256 internal constant SALT_COMMITS = 8;
    uint256 internal constant SALT_REVEALS = 9;
    uint256 internal constant READY = 10;
    uint256 internal constant NEXT_TIP = 11;
    uint256 internal constant EPOCH_RECORD = 12;

    /// extraData of 2.2; the hash is the rejected block's.
    struct Rejection { bool usable; uint64 height; uint64 epoch; uint32 producer; uint32 round; bytes32 blockHash; bytes bitmap; }

    function fields(bytes calldata payload) internal pure returns (RlpReader.Item[] memory items) {
        (RlpReader.Item memory top, uint256 next) = payload.read(0, payload.length);
        if (next != payload.length) revert RlpReader.NotCanonical(next);
        items = payload.list(top, FIELDS);
        if (items.length != FIELDS) revert RlpReader.NotCanonical(top.start);
        if (payload.number(items[0], 1) != VERSION) revert RlpReader.NotCanonical(items[0].start);
    }

    /// Signer bitmap of a certificate; empty for an absent one.
    function certificate(bytes calldata p, RlpReader.Item memory item) internal pure returns (bytes calldata bits) {
        RlpReader.Item[] memory parts = p.list(item, 3);
        if (parts.length == 0) return p[0:0];
        if (parts.length != 3) revert RlpReader.NotCanonical(item.start);
        p.number(parts[0], 4);
        return bitmap(p, parts[1]);
    }

    /// Round of the first proposal: 0 without a timeout certificate, else the round after it.
    function firstRound(bytes calldata p, RlpReader.Item memory item) internal pure returns (uint32) {
        RlpReader.Item[] memory parts = p.list(item, 3);
        if (parts.length == 0) return 0;
        if (parts.length != 3 || !parts[1].isList || !parts[2].isList) revert RlpReader.NotCanonical(item.start);
        uint256 round = p.number(parts[0], 4);
        if (round >= type(uint32).max) revert RlpReader.NotCanonical(parts[0].start);
        return uint32(round) + 1;
    }

    /// Items of `against` or `late`.
    function votes(bytes calldata p, RlpReader.Item memory list) internal pure returns (VoteItem[] memory items) {
        RlpReader.Item[] memory raw = p.list(list, MAX_VOTE_ITEMS);
        items = new VoteItem[](raw.length);
        for (uint256 i; i < raw.length; ++i) {
            RlpReader.Item[] memory parts = _exactly(p, raw[i], 5);
            p.number(parts[2], 4);
            items[i] = VoteItem(uint64(p.number(parts[0], 8)), uint8(p.number(parts[1], 1)), bitmap(p, parts[3]));
        }
    }

    function rejections(bytes calldata p, RlpReader.Item memory list) internal pure returns (Rejection[] memory items) {
        RlpReader.Item[] memory raw = p.list(list, Parameters.MAX_REJECTIONS);
        items = new Rejection[](raw.length);
        for (uint256 i; i < raw.length; ++i) {
            RlpReader.Item[] memory parts = _exactly(p, raw[i], 5);
            if (parts[0].isList) revert RlpReader.NotCanonical(parts[0].start);
            _header(p.raw(parts[0]), items[i]);
            items[i].round = uint32(p.number(parts[2], 4));
            items[i].bitmap = bitmap(p, parts[3]);
        }
    }

    function evidenceCount(bytes calldata p, RlpReader.Item memory list) internal pure returns (uint256) {
        return p.list(list, Parameters.MAX_EVIDENCE).length;
    }

    /// `skipped` = items behind the first 128 (README: interpretation of the caps in 2.5).
    function saltCommits(bytes calldata p, RlpReader.Item memory list) internal pure returns (SaltCommit[] memory items, uint256 skipped) {
        RlpReader.Item[] memory raw = p.list(list, MAX_ITEMS);
        (uint256 n, uint256 rest) = _capped(raw.length);
        (items, skipped) = (new SaltCommit[](n), rest);
        for (uint256 i; i < n; ++i) {
            RlpReader.Item[] memory parts = _exactly(p, raw[i], 3);
            items[i] = SaltCommit(uint32(p.number(parts[0], 4)), p.word(parts[1]));
        }
    }

    function saltReveals(bytes calldata p, RlpReader.Item memory list) internal pure returns (SaltReveal[] memory items, uint256 skipped) {
        RlpReader.Item[] memory raw = p.list(list, MAX_ITEMS);
        (uint256 n, uint256 rest) = _capped(raw.length);
        (items, skipped) = (new SaltReveal[](n), rest);
        for (uint256 i; i < n; ++i) {
            RlpReader.Item[] memory parts = _exactly(p, raw[i], 2);
            items[i] = SaltReveal(uint32(p.number(parts[0], 4)), p.word(parts[1]));
        }
    }

    function ready(bytes calldata p, RlpReader.Item memory list) internal pure returns (uint32[] memory slots) {
        RlpReader.Item[] memory raw = p.list(list, Parameters.MAX_READY);
        slots = new uint32[](raw.length);
        for (uint256 i; i < raw.length; ++i) slots[i] = uint32(p.number(_exactly(p, raw[i], 2)[0], 4));
    }

    /// Hash of the record's own list.
    function recordHash(bytes calldata p, RlpReader.Item memory item) internal pure returns (bytes32) {
        if (!item.isList) revert RlpReader.NotCanonical(item.start);
        return keccak256(p.encoded(item));
    }

    /// No trailing zero byte, at most 4096 slots.
    function bitmap(bytes calldata p, RlpReader.Item memory item) internal pure returns (bytes calldata bits) {
        bits = p.raw(item);
        if (item.isList || bits.length > Parameters.MAX_SLOTS / 8 || (bits.length > 0 && bits[bits.length - 1] == 0)) {
            revert RlpReader.NotCanonical(item.start);
        }
    }

    /// A header that lacks what is read here is data (2.9); one that is no RLP list is not canonical.
    function _header(bytes calldata header, Rejection memory r) private pure {
        (RlpReader.Item memory top, uint256 next) = header.read(0, header.length);
        if (next != header.length) revert RlpReader.NotCanonical(next);
        RlpReader.Item[] memory parts = header.list(top, MAX_HEADER_FIELDS);
        if (parts.length < 13 || parts[8].isList || parts[8].length > 8 || parts[12].isList || parts[12].length != 32) return;
        uint256 extra = uint256(header.word(parts[12]));
        r.usable = true;
        r.height = uint64(header.number(parts[8], 8));
        r.epoch = uint32(extra >> 216);            // version:1 | epoch:4 | round:3 | scheme:1 | producer slot:3 | graffiti:20
        r.producer = uint24(extra >> 160);
        r.blockHash = keccak256(header);
    }

    function _exactly(bytes calldata p, RlpReader.Item memory item, uint256 n) private pure returns (RlpReader.Item[] memory parts) {
        parts = p.list(item, n);
        if (parts.length != n) revert RlpReader.NotCanonical(item.start);
    }

    function _capped(uint256 n) private pure returns (uint256 used, uint256 skipped) {
        used = n < Parameters.MAX_SALT_ITEMS ? n : Parameters.MAX_SALT_ITEMS;
        skipped = n - used;
    }
}
