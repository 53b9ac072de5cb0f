// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {IGovernance} from "./interfaces/IGovernance.sol";
import {IJudiciary} from "./interfaces/IJudiciary.sol";
import {IReputation} from "./interfaces/IReputation.sol";
import {IValidationPool} from "./interfaces/IValidationPool.sol";
import {Addresses} from "./lib/Addresses.sol";

abstract contract JudiciaryStorage {
    bool internal _initialized;
    uint256 internal _count;
    uint256 internal _firstOpen;
    uint256 internal _total;
    mapping(uint256 => IJudiciary.Escrow) internal _escrow;
    mapping(address => mapping(uint64 => mapping(uint8 => bool))) internal _convicted;
    uint256[32] private __gap;
}

/// Escrow of slashes (7.2): REP waits here before a part goes to who voted AGAINST and the rest burns.
contract Judiciary is IJudiciary, JudiciaryStorage {
    IReputation private constant REP = IReputation(Addresses.REP);

    error AlreadyInitialized();
    error NotValidationPool();
    error NotActiveWork();

    modifier onlyValidationPool() {
        if (msg.sender != Addresses.VALIDATION_POOL) revert NotValidationPool();
        _;
    }

    function initialize() external {
        if (_initialized) revert AlreadyInitialized();
        _initialized = true;
    }

    function escrow(uint256 id) external view returns (Escrow memory) { return _escrow[id]; }
    function escrowCount() external view returns (uint256) { return _count; }
    function firstOpenEscrow() external view returns (uint256) { return _firstOpen; }
    function escrowedTotal() external view returns (uint256) { return _total; }
    function convicted(address identity, uint64 height, uint8 kind) external view returns (bool) { return _convicted[identity][height][kind]; }

    function markConvicted(address identity, uint64 height, uint8 kind) external onlyValidationPool returns (bool first) {
        first = !_convicted[identity][height][kind];
        _convicted[identity][height][kind] = true;
    }

    function hold(address identity, uint32 slot, uint8 kind, uint64 height, uint112 amount, uint112 toVoters, uint256 job, uint64 maturesAt)
        external onlyValidationPool returns (uint256 id)
    {
        id = _count++;
        _escrow[id] = Escrow(identity, slot, kind, height, maturesAt, amount, toVoters, job, false);
        _total += amount;
        emit Slashed(id, identity, slot, kind, height, amount, maturesAt);
    }

    function settleMatured(uint256 max) external returns (uint256 settled) {
        if (tx.origin != Addresses.SYSTEM || msg.sender != IGovernance(Addresses.GOVERNANCE).activeWorkAt(uint64(block.number))) revert NotActiveWork();
        uint256 id = _firstOpen;
        for (; settled < max && id < _count && _escrow[id].maturesAt <= block.timestamp; ++settled) _settle(id++);
        if (settled > 0) _firstOpen = id;
    }

    function _settle(uint256 id) private {
        Escrow storage e = _escrow[id];
        e.settled = true;
        _total -= e.amount;
        uint256 toVoters = REP.moveCustody(Addresses.VALIDATION_POOL, e.toVoters);
        IValidationPool(Addresses.VALIDATION_POOL).fundJob(e.job, toVoters);
        emit EscrowSettled(id, toVoters, REP.burn(e.amount - toVoters, "slashed"));
    }
}
