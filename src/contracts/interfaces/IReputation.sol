// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

/// @title REP and gREP: one contract each (1.1). No transfer exists. Every balance is owned by an identity.
/// Supply meant by 5.1, 5.6 = `totalBalances` = sum of balances, bonds included, custody excluded.
/// Modules = ASC, VPSC, Forum, Judiciary, Governance. Subtractions are min(amount, present) and return what was taken (2.9).
interface IReputation {
    event RepMinted(address indexed module, uint256 amount);
    /// The bond slot that earned it ties all REP of an identity (3.4). slot = 2^32-1 for genesis.
    event RepCredited(address indexed identity, uint32 indexed slot, uint256 amount, bytes32 reason);
    event RepTaken(address indexed identity, address indexed module, uint256 amount, bytes32 reason);
    event RepBurned(address indexed module, uint256 amount, bytes32 reason);
    event SalaryAccrued(uint64 indexed height, uint256 income, uint256 supplyBefore, uint256 accSalaryX96);
    event SalaryTaken(address indexed identity, uint256 amount);
    event DelegateSet(address indexed identity, uint8 indexed power, address delegate);

    /// Once, at genesis, by anybody; later calls revert. Balances of the bonds are credited by Availability.initialize.
    function initialize(string calldata name, string calldata symbol) external;
    function name() external view returns (string memory);
    function symbol() external view returns (string memory);
    function decimals() external pure returns (uint8);

    function balanceOf(address identity) external view returns (uint256);
    /// Part of the balance bonded in the ASC or backing a binding pool.
    function encumberedOf(address identity) external view returns (uint256);
    function freeOf(address identity) external view returns (uint256);
    /// REP held by a module for pools, escrow or accumulators; earns nothing.
    function custodyOf(address module) external view returns (uint256);
    function totalBalances() external view returns (uint256);
    function totalMinted() external view returns (uint256);
    function totalBurned() external view returns (uint256);
    /// Balance and supply at the end of block `height` (5.9: a pool's voting power). height < block.number.
    function balanceAt(address identity, uint64 height) external view returns (uint256);
    function supplyAt(uint64 height) external view returns (uint256);

    function accSalaryX96() external view returns (uint256);
    /// Whole wei claimable now; fractions stay.
    function unpaidSalary(address identity) external view returns (uint256);
    /// Sum over all identities, rounded up: the VPSC holds at least this (5.8).
    function totalUnpaid() external view returns (uint256);
    /// power: 0 vote, 1 claim (3.4).
    function delegateOf(address identity, uint8 power) external view returns (address);

    /// By an identity.
    function setDelegate(uint8 power, address delegate) external;
    /// VPSC only: 5.6. Returns what could not be accrued (supply 0), for the caller to carry.
    function accrueSalary(uint64 height, uint256 income) external returns (uint256 carried);
    /// VPSC only: zeroes the whole-wei part.
    function takeSalary(address identity) external returns (uint256 amount);
    /// VPSC only: mint into its custody (5.1). ASC too, once, in its initialize.
    function mint(uint256 amount) external;
    /// Any module: from its own custody to an identity's free balance.
    function credit(address identity, uint32 slot, uint256 amount, bytes32 reason) external returns (uint256 credited);
    /// Any module: balance -> custody of the module, free REP only, or also encumbered REP when the ASC has released it first.
    function take(address identity, uint256 amount, bytes32 reason) external returns (uint256 taken);
    /// Any module: its own custody -> another module's custody.
    function moveCustody(address module, uint256 amount) external returns (uint256 moved);
    /// Any module: burn from its own custody.
    function burn(uint256 amount, bytes32 reason) external returns (uint256 burned);
    /// ASC and VPSC (open pools): each module's encumbrance is kept apart; encumber is min(amount, free).
    function encumber(address identity, uint256 amount) external returns (uint256 encumbered);
    function release(address identity, uint256 amount) external returns (uint256 released);
}
