// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

/// Canonical RLP over calldata. Anything that is not canonical reverts with the offset: such a payload makes the block invalid, it is no "data" of 2.9.
library RlpReader {
    error NotCanonical(uint256 offset);

    struct Item { uint256 head; uint256 start; uint256 length; bool isList; }   // offset of header and of content in `data`

    /// Item whose header is at `pos`, ending not after `end`; `next` = first byte behind it.
    function read(bytes calldata data, uint256 pos, uint256 end) internal pure returns (Item memory item, uint256 next) {
        if (pos >= end || end > data.length) revert NotCanonical(pos);
        uint256 b = uint8(data[pos]);
        if (b < 0x80) return (Item(pos, pos, 1, false), pos + 1);
        bool isList = b >= 0xc0;
        uint256 length = b - (isList ? 0xc0 : 0x80);
        uint256 start = pos + 1;
        if (length > 55) {
            uint256 n = length - 55;
            if (n > 4 || start + n > end || data[start] == 0) revert NotCanonical(pos);
            length = 0;
            for (uint256 i; i < n; ++i) length = (length << 8) | uint8(data[start + i]);
            if (length < 56) revert NotCanonical(pos);
            start += n;
        } else if (!isList && length == 1 && start < end && uint8(data[start]) < 0x80) revert NotCanonical(pos);
        next = start + length;
        if (next > end) revert NotCanonical(pos);
        item = Item(pos, start, length, isList);
    }

    /// The elements of a list, at most `max` of them.
    function list(bytes calldata data, Item memory l, uint256 max) internal pure returns (Item[] memory items) {
        if (!l.isList) revert NotCanonical(l.start);
        uint256 end = l.start + l.length;
        uint256 count;
        for (uint256 pos = l.start; pos < end; ++count) (, pos) = read(data, pos, end);
        if (count > max) revert NotCanonical(l.start);
        items = new Item[](count);
        uint256 p = l.start;
        for (uint256 i; i < count; ++i) (items[i], p) = read(data, p, end);
    }

    /// Big-endian integer without leading zeros, at most `maxBytes` bytes.
    function number(bytes calldata data, Item memory i, uint256 maxBytes) internal pure returns (uint256 value) {
        if (i.isList || i.length > maxBytes || (i.length > 0 && data[i.start] == 0)) revert NotCanonical(i.start);
        for (uint256 k; k < i.length; ++k) value = (value << 8) | uint8(data[i.start + k]);
    }

    /// 32 bytes; absent (empty) is 0.
    function word(bytes calldata data, Item memory i) internal pure returns (bytes32) {
        if (i.isList || (i.length != 32 && i.length != 0)) revert NotCanonical(i.start);
        return i.length == 0 ? bytes32(0) : bytes32(data[i.start:i.start + 32]);
    }

    /// The item with its header, e.g. to hash an epoch record.
    function encoded(bytes calldata data, Item memory i) internal pure returns (bytes calldata) {
        return data[i.head:i.start + i.length];
    }

    function raw(bytes calldata data, Item memory i) internal pure returns (bytes calldata) {
        return data[i.start:i.start + i.length];
    }
}
