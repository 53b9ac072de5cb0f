// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {Clock} from "./Types.sol";

/// @title Governance: the epoch clock, which WSC is in force, proxy administration. It has no proposals, attestations or referenda: nothing outside it
/// can schedule a change, and no key can.
interface IGovernance {
    event WorkScheduled(address indexed work, uint64 fromEpoch);
    event WorkActivated(address indexed work, uint64 indexed epoch);
    /// 2.8: 65 or more blocks without a good beginBlock; `work` took over.
    event WorkFellBack(address indexed failed, address indexed work, uint64 height);
    event ClockReanchored(uint64 h0, uint64 e0, uint64 length);
    event UpgradeExecuted(address indexed proxy, address indexed implementation);

    /// Once. genesisWork = 0x..b0da10, epoch clock (1, 0, epochLength), gREP not activated.
    function initialize(address genesisWork, uint64 epochLength) external;

    function activeWork() external view returns (address);
    /// The WSC of block h >= block.number: the fallback when h - lastBegun > 64, else a scheduled one whose epoch has come, else activeWork.
    function activeWorkAt(uint64 h) external view returns (address);
    function scheduledWork() external view returns (address work, uint64 fromEpoch);
    /// Last WSC that began the first and the last block of one epoch; genesisWork until one has.
    function lastGoodWork() external view returns (address);
    function genesisWork() external view returns (address);
    /// Height of the last good beginBlock, 0 before the first.
    function lastBegun() external view returns (uint64);

    function clock() external view returns (Clock memory);
    function epochAt(uint64 h) external view returns (uint64 epoch, uint64 position);
    function currentEpoch() external view returns (uint64);
    function grepActivated() external view returns (bool);

    /// Only activeWorkAt(block.number), tx.origin SYSTEM. Requires block.number > lastBegun (2.4), sets it, writes a fallback or a scheduled WSC
    /// through. `previous` = lastBegun before: a gap exists iff previous + 1 != block.number.
    function begin() external returns (uint64 previous);
    /// Same caller, position 0 only, after the clock has answered for this block: E changed (2.7).
    function reanchor(uint64 length) external;
}

/// ERC-1967 proxy of every system contract but Work. Admin is the Governance address as a code constant; upgradeTo is the only function it
/// answers itself, and only to that caller; everything else is delegated.
interface ISystemProxy {
    event Upgraded(address indexed implementation);
    function upgradeTo(address implementation) external;
}
