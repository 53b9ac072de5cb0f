// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {IGovernance, ISystemProxy} from "./interfaces/IGovernance.sol";
import {IWork} from "./interfaces/IWork.sol";
import {Clock} from "./interfaces/Types.sol";
import {Addresses} from "./lib/Addresses.sol";
import {Parameters} from "./lib/Parameters.sol";

/// Append only: the contract is upgradeable. Slot numbers are part of README, a test genesis writes them.
abstract contract GovernanceStorage {
    address internal _activeWork;      // slot 0
    uint64 internal _lastBegun;        // slot 0, offset 20
    address internal _scheduledWork;   // slot 1
    uint64 internal _scheduledFrom;    // slot 1, offset 20: first epoch
    address internal _lastGoodWork;    // slot 2
    address internal _genesisWork;     // slot 3
    bool internal _initialized;        // slot 3, offset 20
    bool internal _grepActivated;      // slot 3, offset 21
    Clock internal _clock;             // slot 4
    address internal _epochOpener;     // slot 5: the WSC that began the first block of ...
    uint64 internal _openedEpoch;      // slot 5, offset 20: ... this epoch
    uint256[32] private __gap;
}

/// The epoch clock and the WSC in force (2.7, 2.8). Referenda (6.2) will call the internal functions at the end; nobody else can.
contract Governance is IGovernance, GovernanceStorage {
    error AlreadyInitialized();
    error NotActiveWork();
    error NotEpochStart();
    error AlreadyBegun();

    function initialize(address genesisWork_, uint64 epochLength) external {
        if (_initialized) revert AlreadyInitialized();
        _initialized = true;
        _activeWork = genesisWork_;
        _lastGoodWork = genesisWork_;
        _genesisWork = genesisWork_;
        _clock = Clock(1, 0, epochLength);
    }

    function activeWork() external view returns (address) { return _activeWork; }
    function scheduledWork() external view returns (address, uint64) { return (_scheduledWork, _scheduledFrom); }
    function lastGoodWork() external view returns (address) { return _lastGoodWork; }
    function genesisWork() external view returns (address) { return _genesisWork; }
    function lastBegun() external view returns (uint64) { return _lastBegun; }
    function clock() external view returns (Clock memory) { return _clock; }
    function grepActivated() external view returns (bool) { return _grepActivated; }
    function currentEpoch() external view returns (uint64 epoch) { (epoch,) = epochAt(uint64(block.number)); }

    function epochAt(uint64 h) public view returns (uint64 epoch, uint64 position) {
        Clock storage c = _clock;
        (uint64 h0, uint64 length) = (c.h0, c.length);
        if (h < h0) return (c.e0, 0);              // block 0, or a question about the past: no epoch before the anchor is known
        return (c.e0 + (h - h0) / length, (h - h0) % length);
    }

    function activeWorkAt(uint64 h) public view returns (address) {
        return _fallsBack(h) ? _lastGoodWork : _due(h);
    }

    function begin() external returns (uint64 previous) {
        uint64 h = uint64(block.number);
        _onlyWork(h);
        previous = _lastBegun;
        if (h <= previous) revert AlreadyBegun();
        address due = _due(h);
        if (msg.sender != due) emit WorkFellBack(due, msg.sender, h);
        (uint64 epoch, uint64 position) = epochAt(h);
        if (_scheduledWork != address(0) && epoch >= _scheduledFrom) {
            // It either takes over now or had its chance and failed.
            (_scheduledWork, _scheduledFrom) = (address(0), 0);
            if (msg.sender == due) emit WorkActivated(due, epoch);
        }
        (_activeWork, _lastBegun) = (msg.sender, h);
        if (position == 0) (_epochOpener, _openedEpoch) = (msg.sender, epoch);
        if (position + 1 == _clock.length && _openedEpoch == epoch && _epochOpener == msg.sender) _lastGoodWork = msg.sender;
    }

    function reanchor(uint64 length) external {
        uint64 h = uint64(block.number);
        _onlyWork(h);
        (uint64 epoch, uint64 position) = epochAt(h);
        if (position != 0 || length == 0) revert NotEpochStart();
        _clock = Clock(h, epoch, length);
        emit ClockReanchored(h, epoch, length);
    }

    /// 2.8: 64 blocks without a good beginBlock are behind, this would be the next.
    function _fallsBack(uint64 h) private view returns (bool) {
        return h > _lastBegun + Parameters.SAFE_MODE_LIMIT;
    }

    /// Who would be in force if nothing had failed.
    function _due(uint64 h) private view returns (address) {
        address scheduled = _scheduledWork;
        if (scheduled == address(0)) return _activeWork;
        (uint64 epoch,) = epochAt(h);
        return epoch >= _scheduledFrom ? scheduled : _activeWork;
    }

    function _onlyWork(uint64 h) private view {
        if (tx.origin != Addresses.SYSTEM || msg.sender != activeWorkAt(h)) revert NotActiveWork();
    }

    /// 6.4. The caller has checked the delay.
    function _scheduleWork(address work, uint64 fromEpoch) internal {
        (_scheduledWork, _scheduledFrom) = (work, fromEpoch);
        emit WorkScheduled(work, fromEpoch);
    }

    function _scheduleParameter(uint256 id, uint256 value, uint64 fromEpoch) internal returns (bool) {
        return IWork(activeWorkAt(uint64(block.number))).scheduleParameter(id, value, fromEpoch);
    }

    function _upgrade(address proxy, address implementation) internal {
        ISystemProxy(proxy).upgradeTo(implementation);
        emit UpgradeExecuted(proxy, implementation);
    }
}
