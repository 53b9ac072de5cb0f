// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {PoolTerms} from "./Types.sol";

/// @title The Work contract (WSC): parameters, producer selection, beginBlock. A successor must implement all of this.
/// Not behind a proxy. Only state: per parameter {current, next, fromEpoch}. "Written through" (2.7 step 4) needs no write:
/// value(id, e) = e >= fromEpoch ? next : current. `epochLength` alone acts when `IGovernance.reanchor` runs.
/// The node calls the views on the state of h-1 with block.number = h, header h-1, caller SYSTEM (2.7).
interface IWork {
    event BlockBegun(uint64 indexed height, uint64 indexed epoch, uint32 indexed producer, uint32 round);
    event EpochStarted(uint64 indexed epoch, uint64 indexed height, bytes32 nextRecordHash);
    event ParameterScheduled(uint256 indexed id, uint256 value, uint64 fromEpoch);
    /// 2.9: a payload item that was not used. kind = bytes32 of the field's name in 2.5, index within it.
    event ItemSkipped(uint64 indexed height, bytes32 indexed kind, uint256 index, bytes32 reason);

    error NotSystem();
    error AlreadyBegun();
    error BadPayload(uint256 offset);   // not canonical RLP of 2.5: the block is invalid
    error BadReveal();                  // the reveal does not open the producer's onion, or the mix is not 8.1's

    /// Once; `values` has Parameters.COUNT entries, each within its hard bounds.
    function initialize(uint256[] calldata values) external;

    /// 2.4, 2.5: payload = rlp([1, parentCert, against, late, tc, rejections, evidence, reveal, saltCommits, saltReveals, ready, nextTip,
    /// epochRecord]). Only from SYSTEM as tx.origin, once per block.
    function beginBlock(bytes calldata payload) external;

    /// 4.1. Slot of the leader of round r of block h; Parameters.NO_SLOT when there is none, and whenever lastBegun + 1 != h (block h-1 was a
    /// safe-mode block): then the node draws natively (2.8).
    /// Round r >= 32 draws without skipping.
    function producerAt(uint64 h, uint32 r) external view returns (uint32 slot);
    /// Leaders of rounds 0 .. rounds-1, at most 32, in one call.
    function producersAt(uint64 h, uint32 rounds) external view returns (uint32[] memory slots);

    /// gwei; what the block's withdrawal must carry (2.2).
    function blockReward() external view returns (uint64);
    function gasLimit() external view returns (uint64);
    function systemGasLimit() external view returns (uint64);
    function minBlockInterval() external view returns (uint64);
    /// T0 in ms, factor per round in bps, cap as a multiple of T0 (4.8).
    function timers() external view returns (uint64 base, uint64 backoffBps, uint64 cap);
    /// Everything the node reads for a block in one call, in the order of the functions above.
    function blockContext() external view returns (
        uint64 epoch, uint64 position, uint64 length, uint64 reward, uint64 blockGas, uint64 systemGas,
        uint64 interval, uint64 timerBase, uint64 timerBackoffBps, uint64 timerCap);

    function parameter(uint256 id) external view returns (uint256);
    function parameterAt(uint256 id, uint64 epoch) external view returns (uint256);
    function parameters() external view returns (uint256[] memory values);
    function bounds(uint256 id) external view returns (uint256 min, uint256 max, uint256 unit, bool isChoice);
    function pending(uint256 id) external view returns (uint256 value, uint64 fromEpoch);
    function poolTermsAt(uint64 epoch) external view returns (PoolTerms memory);

    /// Governance only (6.4). Returns false, changing nothing, when out of bounds or a change of `id` is already waiting.
    function scheduleParameter(uint256 id, uint256 value, uint64 fromEpoch) external returns (bool);
}
