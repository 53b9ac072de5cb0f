// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

/// All state of `Reputation`, append only: it outlives every implementation behind the proxy.
abstract contract ReputationStorage {
    /// One word. `changes` = length of the identity's history.
    struct Account { uint112 balance; uint112 encumbered; uint32 changes; }
    struct Supply { uint112 total; uint32 changes; }
    struct Salary { uint256 paidX96; uint256 unpaidX96; }

    string internal name_;
    string internal symbol_;
    bool internal genesisMinted;
    Supply internal supply;
    uint256 internal minted;
    uint256 internal burned;
    uint256 internal accX96;
    /// What the last accrual could not divide, in wei · 2^96; less than the supply of that time.
    uint256 internal remainderX96;
    /// Whole wei accrued and not yet taken; with `remainderX96` it gives the sum over all identities exactly.
    uint256 internal accruedWei;

    mapping(address => Account) internal accounts;
    mapping(address => Salary) internal salaries;
    mapping(address => uint256) internal custody;
    mapping(address => mapping(address => uint256)) internal encumberedBy;   // identity, module
    mapping(address => mapping(uint8 => address)) internal delegates;        // identity, power
    /// identity (0 = supply), index: height:64 | value:112, ascending heights.
    mapping(address => mapping(uint256 => uint256)) internal history;

    uint256[32] private gap;
}
