// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {IGovernance} from "./interfaces/IGovernance.sol";
import {IWork} from "./interfaces/IWork.sol";
import {PoolTerms} from "./interfaces/Types.sol";
import {Addresses} from "./lib/Addresses.sol";
import {ParameterBounds} from "./lib/ParameterBounds.sol";
import {Parameters} from "./lib/Parameters.sol";

/// Parameters with lazy activation: a scheduled value takes over with the epoch, without a write (IWork).
abstract contract WorkParameters is IWork {
    struct Parameter { uint112 current; uint112 next; uint32 fromEpoch; }

    Parameter[44] private _parameters;   // Parameters.COUNT
    bool private _initialized;

    error AlreadyInitialized();
    error OutOfBounds(uint256 id);
    error NotGovernance();

    IGovernance internal constant GOVERNANCE = IGovernance(Addresses.GOVERNANCE);

    function initialize(uint256[] calldata values) external {
        if (_initialized) revert AlreadyInitialized();
        _initialized = true;
        if (values.length != Parameters.COUNT) revert OutOfBounds(values.length);
        for (uint256 id; id < Parameters.COUNT; ++id) {
            (uint256 first, uint256 second) = ParameterBounds.partners(id);
            if (!_inBounds(id, values[id]) || !ParameterBounds.pairHolds(id, values[id], first, values[first])
                || !ParameterBounds.pairHolds(id, values[id], second, values[second])) revert OutOfBounds(id);
            _parameters[id] = Parameter(uint112(values[id]), uint112(values[id]), 0);
        }
    }

    function scheduleParameter(uint256 id, uint256 value, uint64 fromEpoch) external returns (bool) {
        if (msg.sender != Addresses.GOVERNANCE) revert NotGovernance();
        uint64 epoch = _epoch();
        if (id >= Parameters.COUNT || fromEpoch < epoch + 2 || fromEpoch > type(uint32).max || epoch < _parameters[id].fromEpoch) return false;
        uint256 current = parameterAt(id, epoch);
        (,, uint256 unit, bool isChoice) = ParameterBounds.limits(id);
        if (!_inBounds(id, value) || !ParameterBounds.stepAllowed(current, value, unit, isChoice)) return false;
        (uint256 first, uint256 second) = ParameterBounds.partners(id);
        if (!_pairHolds(id, value, first) || !_pairHolds(id, value, second)) return false;
        _parameters[id] = Parameter(uint112(current), uint112(value), uint32(fromEpoch));
        emit ParameterScheduled(id, value, fromEpoch);
        return true;
    }

    function parameter(uint256 id) external view returns (uint256) { return parameterAt(id, _epoch()); }

    function parameterAt(uint256 id, uint64 epoch) public view returns (uint256) {
        Parameter memory p = _parameters[id];
        return epoch >= p.fromEpoch ? p.next : p.current;
    }

    function parameters() external view returns (uint256[] memory values) {
        uint64 epoch = _epoch();
        values = new uint256[](Parameters.COUNT);
        for (uint256 id; id < Parameters.COUNT; ++id) values[id] = parameterAt(id, epoch);
    }

    function bounds(uint256 id) external pure returns (uint256 min, uint256 max, uint256 unit, bool isChoice) {
        return ParameterBounds.limits(id);
    }

    function pending(uint256 id) external view returns (uint256 value, uint64 fromEpoch) {
        Parameter memory p = _parameters[id];
        if (_epoch() < p.fromEpoch) (value, fromEpoch) = (p.next, p.fromEpoch);
    }

    function poolTermsAt(uint64 epoch) public view returns (PoolTerms memory) {
        return PoolTerms({
            mintingRatio: uint96(parameterAt(Parameters.MINTING_RATIO, epoch)),
            stakeBps: uint16(parameterAt(Parameters.STAKE_BPS, epoch)),
            lateWindow: uint16(parameterAt(Parameters.LATE_WINDOW, epoch)),
            includerBps: uint16(parameterAt(Parameters.INCLUDER_BPS, epoch)),
            lateShareBps: uint16(parameterAt(Parameters.LATE_SHARE_BPS, epoch)),
            bindingBps: uint16(parameterAt(Parameters.BINDING_BPS, epoch)),
            absentShare: uint8(parameterAt(Parameters.ABSENT_SHARE, epoch)),
            authorSharePpm: uint32(parameterAt(Parameters.AUTHOR_SHARE_PPM, epoch))
        });
    }

    function blockReward() external view returns (uint64) { return _now(Parameters.BLOCK_REWARD); }
    function gasLimit() external view returns (uint64) { return _now(Parameters.GAS_LIMIT); }
    function systemGasLimit() external view returns (uint64) { return _now(Parameters.SYSTEM_GAS_LIMIT); }
    function minBlockInterval() external view returns (uint64) { return _now(Parameters.MIN_BLOCK_INTERVAL); }

    function timers() external view returns (uint64 base, uint64 backoffBps, uint64 cap) {
        return (_now(Parameters.TIMER_BASE), _now(Parameters.TIMER_BACKOFF_BPS), _now(Parameters.TIMER_CAP));
    }

    function blockContext() external view returns (
        uint64 epoch, uint64 position, uint64 length, uint64 reward, uint64 blockGas, uint64 systemGas,
        uint64 interval, uint64 timerBase, uint64 timerBackoffBps, uint64 timerCap)
    {
        (epoch, position) = GOVERNANCE.epochAt(uint64(block.number));
        length = _length(epoch, position);
        reward = uint64(parameterAt(Parameters.BLOCK_REWARD, epoch));
        blockGas = uint64(parameterAt(Parameters.GAS_LIMIT, epoch));
        systemGas = uint64(parameterAt(Parameters.SYSTEM_GAS_LIMIT, epoch));
        interval = uint64(parameterAt(Parameters.MIN_BLOCK_INTERVAL, epoch));
        timerBase = uint64(parameterAt(Parameters.TIMER_BASE, epoch));
        timerBackoffBps = uint64(parameterAt(Parameters.TIMER_BACKOFF_BPS, epoch));
        timerCap = uint64(parameterAt(Parameters.TIMER_CAP, epoch));
    }

    /// At position 0 the length that a good block re-anchors to, behind it the clock's: after a safe-mode start the old one still counts (2.7).
    function _length(uint64 epoch, uint64 position) internal view returns (uint64) {
        return position == 0 ? uint64(parameterAt(Parameters.EPOCH_LENGTH, epoch)) : GOVERNANCE.clock().length;
    }

    function _epoch() internal view returns (uint64) { return GOVERNANCE.currentEpoch(); }

    function _now(uint256 id) private view returns (uint64) { return uint64(parameterAt(id, _epoch())); }

    function _inBounds(uint256 id, uint256 value) private pure returns (bool) {
        (uint256 min, uint256 max,,) = ParameterBounds.limits(id);
        return value >= min && value <= max;
    }

    /// Against what the partner is and against what it will be.
    function _pairHolds(uint256 id, uint256 value, uint256 partner) private view returns (bool) {
        Parameter memory p = _parameters[partner];
        return partner == id || (ParameterBounds.pairHolds(id, value, partner, p.current) && ParameterBounds.pairHolds(id, value, partner, p.next));
    }
}
