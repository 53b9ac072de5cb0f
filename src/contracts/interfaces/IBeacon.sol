// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {SaltCommit, SaltReveal} from "./Types.sol";

/// @title Randomness (section 8). Holds the mix of the last good block and the salts of the current epoch.
interface IBeacon {
    event MixUpdated(uint64 indexed height, bytes32 mix, bytes32 reveal);
    event SaltCommitted(uint64 indexed epoch, uint32 indexed slot, bytes32 commit);
    event SaltRevealed(uint64 indexed epoch, uint32 indexed slot, bytes32 salt);
    event SaltMissed(uint64 indexed epoch, uint32 indexed slot, uint64 excludedUntil);
    event SaltsFolded(uint64 indexed epoch, bytes32 saltAcc, uint32 count);
    event ItemSkipped(uint64 indexed height, bytes32 indexed kind, uint256 index, bytes32 reason);

    /// Once. `genesisMix` = mixHash of block 0.
    function initialize(bytes32 genesisMix) external;
    /// Mix of block `mixHeight`, the last good one.
    function mix() external view returns (bytes32);
    function mixHeight() external view returns (uint64);
    /// What 8.1 appends at position 0 of the epoch after `saltEpoch`: keccak chain acc = keccak256(acc ++ slot:4 ++ salt) over revealed slots,
    /// ascending, acc_0 = 0; 32 zero bytes when none.
    function saltAcc() external view returns (bytes32);
    function saltEpoch() external view returns (uint64);
    /// Salt state of a slot in `epoch`: commit is 0 when none; revealed; first epoch in which it may commit again.
    function saltOf(uint64 epoch, uint32 slot) external view returns (bytes32 commit, bool revealed, uint64 excludedUntil);
    /// 0 none, 1 commits (p < E/4), 2 reveals (E/4 <= p < E/2) for position p of an epoch of length E.
    function saltPhase(uint64 position, uint64 length) external pure returns (uint8);
    /// mix_h for a reveal, in the state of h-1 (8.1).
    function nextMix(bytes32 reveal, uint64 height, bool epochStart) external view returns (bytes32);

    /// activeWork only. Sets mix = `value` (block.prevrandao). Returns whether nextMix agrees; a gap (2.8) is not compared.
    function advance(uint64 height, bytes32 reveal, bytes32 value, bool epochStart) external returns (bool agrees);
    /// activeWork only, position 0: records missing reveals (E8) and clears.
    function fold(uint64 newEpoch, uint64 exclusionEpochs) external;
    /// activeWork only. Unusable items are skipped with an event.
    function addSalts(uint64 epoch, uint8 phase, SaltCommit[] calldata commits, SaltReveal[] calldata reveals) external;
}
