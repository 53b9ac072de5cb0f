// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {IAvailability} from "./interfaces/IAvailability.sol";
import {IGovernance} from "./interfaces/IGovernance.sol";
import {BondStatus} from "./interfaces/Types.sol";
import {Addresses} from "./lib/Addresses.sol";
import {BenchPast} from "./lib/BenchPast.sol";
import {BenchTurns} from "./lib/BenchTurns.sol";
import {Parameters} from "./lib/Parameters.sol";
import {SumTree} from "./lib/SumTree.sol";

/// The ASC: who may change it, and in which order. With `AvailabilityViews` behind its fallback it answers all of IAvailability.
contract Availability is BenchTurns, BenchPast {
    using SumTree for SumTree.Tree;

    /// Code for everything that is only read; works on this contract's storage.
    address public immutable views;

    error NotContract(address views);

    constructor(address views_) {
        if (views_.code.length == 0) revert NotContract(views_);
        views = views_;
    }

    modifier onlyPools() {
        if (msg.sender != Addresses.VALIDATION_POOL && msg.sender != Addresses.JUDICIARY) revert NotAllowed(msg.sender);
        _;
    }

    function signal(uint256 amount, bytes calldata key, bytes calldata proofOfPossession, bytes32 onionTip) external returns (uint32 slot) {
        return _signal(msg.sender, amount, key, proofOfPossession, onionTip);
    }

    function requestLeave(uint256 amount) external { _requestLeave(msg.sender, amount); }

    function pick(uint8 tree, uint256 u, uint32[] calldata excluded) external view returns (uint32) { return _pick(tree, u, excluded); }

    function weightAt(uint64 epoch, uint32 slot) external view returns (uint256) { return _known(epoch) ? _weight(slot, epoch) : 0; }
    function liability(uint64 epoch, uint32 slot) external view returns (uint256, uint256, bool) { return _liability(epoch, slot); }
    function identityOf(uint32 slot) external view returns (address) { return bonds[slot].identity; }

    function beginBlock(uint64 height, bool gap) external onlyWork returns (uint32 parentProducer) {
        if (domain_ == 0) {
            bytes32 genesis = _genesisHash();
            if (genesis != 0) domain_ = keccak256(abi.encodePacked("BpDao.PoR/1", block.chainid, genesis));
        }
        return gap || lastHeight + 1 != height ? Parameters.NO_SLOT : lastSlot;
    }

    /// 2.5a. Behind the reach of BLOCKHASH, EIP-2935 keeps 8191 hashes.
    function _genesisHash() private view returns (bytes32) {
        if (block.number <= 256) return blockhash(0);
        (bool ok, bytes memory answer) = Addresses.BLOCK_HASH_HISTORY.staticcall(abi.encode(uint256(0)));
        return ok && answer.length == 32 ? bytes32(answer) : bytes32(0);
    }

    function openLayer(uint64 height, uint32 slot, bytes32 reveal) external onlyWork returns (bool) { return _openLayer(height, slot, reveal); }

    function endRounds(uint64 height, uint32 round, uint32 producer, uint32[] calldata missed, uint256 penalty, uint32 maxMisses) external onlyWork {
        _endRounds(height, round, producer, missed, penalty, maxMisses);
    }

    function markReady(uint64 epoch, uint32[] calldata list) external onlyWork { _markReady(epoch, list); }

    function scheduleTip(uint32 slot, bytes32 tip, uint64 epoch) external onlyWork { _scheduleTip(slot, tip, epoch); }

    function finishBlock(uint64 height, uint256 maxExits) external onlyWork {
        IGovernance governance = IGovernance(Addresses.GOVERNANCE);
        _releaseExits(maxExits, governance.currentEpoch());
        (uint64 next,) = governance.epochAt(height + 1);
        if (next != treeEpoch) _roll(next);
        _wakeDue();
        uint256 drawn = out.total();
        if (drawn == 0 || drawn != eligible.total()) return;
        out.clear();
        emit IAvailability.BagRefilled(height, out.generation);
    }

    function reduceBond(uint32 slot, uint256 amount, bytes32 reason, bool alsoFree) external onlyPools returns (uint256 taken) {
        taken = _cut(slot, amount, reason, alsoFree);
        if (taken != 0) REP.moveCustody(msg.sender, taken);
    }

    function jail(uint32 slot, uint64 untilEpoch) external onlyPools {
        Slot storage s = bonds[slot];
        if (s.identity == address(0) || untilEpoch <= s.jailedUntil) return;
        s.jailedUntil = untilEpoch;
        if (untilEpoch == type(uint64).max) {
            s.readyNext = 0;
            if (s.status == BondStatus.ACTIVE) _deactivate(slot, "jail");
        } else if (untilEpoch > treeEpoch) _wakeAt(untilEpoch, slot);
        _refresh(slot);
        emit IAvailability.Jailed(slot, untilEpoch);
    }

    /// The epoch of the pool is not the one it counts in (5.11).
    function recordAbsences(uint64, bytes calldata absent) external {
        if (msg.sender != Addresses.VALIDATION_POOL) revert NotAllowed(msg.sender);
        _recordAbsences(absent);
    }

    fallback() external {
        address target = views;
        assembly {
            calldatacopy(0, 0, calldatasize())
            let ok := delegatecall(gas(), target, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if iszero(ok) { revert(0, returndatasize()) }
            return(0, returndatasize())
        }
    }
}
