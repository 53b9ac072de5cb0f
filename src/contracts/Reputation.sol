// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {Addresses} from "./lib/Addresses.sol";
import {FixedPoint} from "./lib/FixedPoint.sol";
import {IReputation} from "./interfaces/IReputation.sol";
import {ReputationStorage} from "./ReputationStorage.sol";

/// REP and gREP. Every movement goes through `_set`, which pays the salary of the old balance before the balance changes (5.6).
contract Reputation is IReputation, ReputationStorage {
    uint256 private constant MAX_SUPPLY = type(uint112).max;

    error AlreadyInitialized();
    error NotAllowed(address caller);
    error NoSuchPower(uint8 power);
    error NotYet(uint64 height);

    modifier only(bool allowed) {
        if (!allowed) revert NotAllowed(msg.sender);
        _;
    }

    function initialize(string calldata n, string calldata s) external {
        if (bytes(symbol_).length != 0 || bytes(s).length == 0) revert AlreadyInitialized();
        (name_, symbol_) = (n, s);
    }

    function name() external view returns (string memory) { return name_; }
    function symbol() external view returns (string memory) { return symbol_; }
    function decimals() external pure returns (uint8) { return 18; }

    function balanceOf(address identity) external view returns (uint256) { return accounts[identity].balance; }
    function encumberedOf(address identity) external view returns (uint256) { return accounts[identity].encumbered; }
    function freeOf(address identity) external view returns (uint256) { return _free(accounts[identity]); }
    function custodyOf(address module) external view returns (uint256) { return custody[module]; }
    function totalBalances() external view returns (uint256) { return supply.total; }
    function totalMinted() external view returns (uint256) { return minted; }
    function totalBurned() external view returns (uint256) { return burned; }
    function accSalaryX96() external view returns (uint256) { return accX96; }
    function delegateOf(address identity, uint8 power) external view returns (address) { return delegates[identity][power]; }
    function balanceAt(address identity, uint64 height) external view returns (uint256) {
        return identity == address(0) ? 0 : _at(identity, accounts[identity].changes, height);
    }
    function supplyAt(uint64 height) external view returns (uint256) { return _at(address(0), supply.changes, height); }

    function unpaidSalary(address identity) external view returns (uint256) {
        Salary storage s = salaries[identity];
        return (s.unpaidX96 + accounts[identity].balance * (accX96 - s.paidX96)) >> 96;
    }

    /// Exact: each accrual gives supply · quotient, and n = supply · quotient + remainder.
    function totalUnpaid() external view returns (uint256) { return accruedWei - (remainderX96 >> 96); }

    function setDelegate(uint8 power, address delegate) external {
        if (power > 1) revert NoSuchPower(power);
        delegates[msg.sender][power] = delegate;
        emit DelegateSet(msg.sender, power, delegate);
    }

    function accrueSalary(uint64 height, uint256 income) external only(msg.sender == Addresses.VALIDATION_POOL) returns (uint256 carried) {
        uint256 s = supply.total;
        if (s == 0) return income;
        uint256 n = (income << 96) + remainderX96;
        uint256 acc = accX96 + n / s;
        accX96 = acc;
        remainderX96 = n % s;
        accruedWei += income;
        emit SalaryAccrued(height, income, s, acc);
    }

    function takeSalary(address identity) external only(msg.sender == Addresses.VALIDATION_POOL) returns (uint256 amount) {
        _accrue(identity, accounts[identity].balance);
        Salary storage s = salaries[identity];
        amount = s.unpaidX96 >> 96;
        if (amount == 0) return 0;
        s.unpaidX96 -= amount << 96;
        accruedWei -= amount;
        emit SalaryTaken(identity, amount);
    }

    /// Above 2^112 nothing is minted: the draw trees and the benches count in 112 bits, and a revert here would stop the chain (2.9).
    function mint(uint256 amount) external {
        if (msg.sender == Addresses.AVAILABILITY && !genesisMinted) genesisMinted = true;
        else if (msg.sender != Addresses.VALIDATION_POOL) revert NotAllowed(msg.sender);
        amount = FixedPoint.min(amount, MAX_SUPPLY - (minted - burned));
        minted += amount;
        custody[msg.sender] += amount;
        emit RepMinted(msg.sender, amount);
    }

    function credit(address identity, uint32 slot, uint256 amount, bytes32 reason) external only(_isModule(msg.sender)) returns (uint256 credited) {
        if (identity == address(0)) return 0;
        credited = _fromCustody(amount);
        if (credited == 0) return 0;
        Account memory a = accounts[identity];
        _set(identity, a, a.balance + credited);
        emit RepCredited(identity, slot, credited, reason);
    }

    function take(address identity, uint256 amount, bytes32 reason) external only(_isModule(msg.sender)) returns (uint256 taken) {
        Account memory a = accounts[identity];
        taken = FixedPoint.min(amount, _free(a));
        if (taken == 0) return 0;
        custody[msg.sender] += taken;
        _set(identity, a, a.balance - taken);
        emit RepTaken(identity, msg.sender, taken, reason);
    }

    function moveCustody(address module, uint256 amount) external only(_isModule(msg.sender) && _isModule(module)) returns (uint256 moved) {
        moved = _fromCustody(amount);
        if (moved != 0) custody[module] += moved;
    }

    function burn(uint256 amount, bytes32 reason) external only(_isModule(msg.sender)) returns (uint256 burned_) {
        burned_ = _fromCustody(amount);
        if (burned_ == 0) return 0;
        burned += burned_;
        emit RepBurned(msg.sender, burned_, reason);
    }

    function encumber(address identity, uint256 amount) external only(_mayEncumber()) returns (uint256 encumbered) {
        Account storage a = accounts[identity];
        encumbered = FixedPoint.min(amount, _free(a));
        a.encumbered += uint112(encumbered);
        encumberedBy[identity][msg.sender] += encumbered;
    }

    function release(address identity, uint256 amount) external only(_mayEncumber()) returns (uint256 released) {
        uint256 own = encumberedBy[identity][msg.sender];
        released = FixedPoint.min(amount, own);
        encumberedBy[identity][msg.sender] = own - released;
        accounts[identity].encumbered -= uint112(released);
    }

    function _mayEncumber() private view returns (bool) {
        return msg.sender == Addresses.AVAILABILITY || msg.sender == Addresses.VALIDATION_POOL;
    }

    function _isModule(address a) private pure returns (bool) {
        return a == Addresses.AVAILABILITY || a == Addresses.VALIDATION_POOL || a == Addresses.FORUM || a == Addresses.JUDICIARY
            || a == Addresses.GOVERNANCE;
    }

    function _free(Account memory a) private pure returns (uint256) { return a.balance - a.encumbered; }

    function _fromCustody(uint256 amount) private returns (uint256 taken) {
        uint256 present = custody[msg.sender];
        taken = FixedPoint.min(amount, present);
        if (taken != 0) custody[msg.sender] = present - taken;
    }

    function _accrue(address identity, uint256 balance) private {
        Salary storage s = salaries[identity];
        (uint256 acc, uint256 paid) = (accX96, s.paidX96);
        if (acc == paid) return;
        s.paidX96 = acc;
        if (balance != 0) s.unpaidX96 += balance * (acc - paid);
    }

    function _set(address identity, Account memory a, uint256 balance) private {
        _accrue(identity, a.balance);
        Supply memory s = supply;
        s.total = uint112(s.total + balance - a.balance);
        s.changes = _record(address(0), s.changes, s.total);
        supply = s;
        a.balance = uint112(balance);
        a.changes = _record(identity, a.changes, balance);
        accounts[identity] = a;
    }

    /// One entry per height: the last value of a block is what a pool opened in the next one counts (5.9).
    function _record(address of_, uint32 length, uint256 value) private returns (uint32) {
        mapping(uint256 => uint256) storage h = history[of_];
        uint256 entry = (block.number << 112) | value;
        if (length != 0 && h[length - 1] >> 112 == block.number) {
            h[length - 1] = entry;
            return length;
        }
        h[length] = entry;
        return length + 1;
    }

    function _at(address of_, uint32 length, uint64 height) private view returns (uint256) {
        if (height >= block.number) revert NotYet(height);
        mapping(uint256 => uint256) storage h = history[of_];
        (uint256 low, uint256 high) = (0, length);
        while (low < high) {
            uint256 mid = (low + high) / 2;
            if (h[mid] >> 112 <= height) low = mid + 1;
            else high = mid;
        }
        return low == 0 ? 0 : uint112(h[low - 1]);
    }
}
