// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {IJudiciary} from "./interfaces/IJudiciary.sol";

/// All state of the Judiciary, append only.
abstract contract JudiciaryStorage {
    /// Slots 256·word … of one epoch that owe a slash for their salt; `height` is where it was found out.
    struct Debt { uint64 epoch; uint64 height; uint8 word; uint256 slots; }

    struct Misses { uint32 count; uint64 lastEpoch; }

    bool internal _initialized;
    uint64 internal _firstDebt;
    uint64 internal _endOfDebts;
    uint256 internal _count;
    uint256 internal _firstOpen;
    uint256 internal _total;
    mapping(uint256 => IJudiciary.Escrow) internal _escrow;
    /// Bit k: convicted of kind k.
    mapping(address => mapping(uint64 => uint256)) internal _convictions;
    /// Of E2–E4: epoch of the offence → slots (word, bits); weight of the slots convicted in epoch k or k + 1, at index k.
    mapping(uint64 => mapping(uint256 => uint256)) internal _correlated;
    mapping(uint64 => uint256) internal _pairWeight;
    mapping(uint256 => Debt) internal _debts;
    mapping(address => Misses) internal _saltMisses;
    uint256[32] private __gap;
}
