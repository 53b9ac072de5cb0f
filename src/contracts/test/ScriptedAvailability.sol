// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {BenchInfo} from "../interfaces/Types.sol";
import {Addresses} from "../lib/Addresses.sol";
import {IReputation} from "../interfaces/IReputation.sol";

/// An ASC whose benches, bonds and trees the test sets at will, by linear scans; it notes the calls of beginBlock in order.
/// Benches are what the test says they are, so that pools can be tried with weights no real bench would reach.
contract ScriptedAvailability {
    bytes32 public domain;
    uint32 public parentProducer;
    bool public layerRefused;
    string[] public calls;

    uint256 public slots;
    mapping(uint32 => address) public identityOf;
    mapping(uint256 => uint112) public bondOf;
    mapping(uint256 => uint112) public exitingOf;
    mapping(uint256 => mapping(uint256 => uint256)) public weights;     // epoch, slot
    mapping(uint256 => mapping(uint256 => uint256)) public trees;       // tree, slot
    uint64 private producerHeight;
    uint32 private producerSlot;
    mapping(uint256 => bool) private expired;                           // epoch
    mapping(uint256 => uint64) public jailedUntil;
    mapping(uint256 => bytes) public thin;                              // epoch
    mapping(uint256 => mapping(uint256 => uint256)) public absences;    // epoch, slot
    uint32[] public lastMissed;
    uint256 public lastPenalty;
    uint32 public lastRound;
    uint32 public lastProducer_;
    bytes32 public lastRecord;
    bytes32 public lastTip;
    uint32[] public lastReady;

    // --- the test's side
    function setBond(uint32 slot, address identity, uint112 amount) external {
        if (slot >= slots) slots = slot + 1;
        (identityOf[slot], bondOf[slot]) = (identity, amount);
    }
    function setExiting(uint256 slot, uint112 amount) external { exitingOf[slot] = amount; }
    function setWeight(uint256 epoch, uint256 slot, uint256 weight) external {
        if (slot >= slots) slots = slot + 1;
        weights[epoch][slot] = weight;
    }
    function setTree(uint256 tree, uint256 slot, uint256 weight) external {
        if (slot >= slots) slots = slot + 1;
        trees[tree][slot] = weight;
    }
    function setThin(uint256 epoch, bytes calldata bits) external { thin[epoch] = bits; }
    function setParentProducer(uint32 slot) external { parentProducer = slot; }
    function setLayerRefused(bool yes) external { layerRefused = yes; }
    function setDomain(bytes32 d) external { domain = d; }

    /// The ASC may mint once: `supply` for everybody, before the first bond.
    function mint(uint256 supply) external { IReputation(Addresses.REP).mint(supply); }

    function genesis(uint32 slot, address identity, uint112 amount, uint112 bonded) external {
        if (slots <= slot) slots = slot + 1;
        (identityOf[slot], bondOf[slot]) = (identity, bonded);
        IReputation rep = IReputation(Addresses.REP);
        require(rep.credit(identity, slot, amount, "genesis") == amount && rep.encumber(identity, bonded) == bonded, "genesis");
    }

    function callCount() external view returns (uint256) { return calls.length; }
    function missedCount() external view returns (uint256) { return lastMissed.length; }
    function readyCount() external view returns (uint256) { return lastReady.length; }

    /// Producer of the block that runs, and whether offences of an epoch can no longer be slashed.
    function setProducer(uint32 slot) external { (producerHeight, producerSlot) = (uint64(block.number), slot); }
    function setExpired(uint256 epoch) external { expired[epoch] = true; }

    // --- IAvailability
    function lastProducer() external view returns (uint64, uint32) { return (producerHeight, producerSlot); }

    function liability(uint64 epoch, uint32 slot) external view returns (uint256 weight, uint256 total, bool locked) {
        for (uint256 s; s < slots; ++s) total += weights[epoch][s];
        return (weights[epoch][slot], total, !expired[epoch]);
    }

    function jail(uint32 slot, uint64 untilEpoch) external { jailedUntil[slot] = untilEpoch; }

    function treeTotal(uint8 tree) public view returns (uint256 sum) {
        for (uint256 s; s < slots; ++s) sum += trees[tree][s];
    }

    function pick(uint8 tree, uint256 u, uint32[] calldata excluded) external view returns (uint32) {
        uint256 total = treeTotal(tree);
        for (uint256 i; i < excluded.length; ++i) {
            require(i == 0 || excluded[i] > excluded[i - 1], "excluded: ascending and unique");
            total -= trees[tree][excluded[i]];
        }
        if (total == 0) return type(uint32).max;
        uint256 point = u % total;
        uint256 next;
        for (uint256 s; s < slots; ++s) {
            if (next < excluded.length && excluded[next] == s) { ++next; continue; }
            if (point < trees[tree][s]) return uint32(s);
            point -= trees[tree][s];
        }
        revert("pick");
    }

    function weightAt(uint64 epoch, uint32 slot) external view returns (uint256) { return weights[epoch][slot]; }

    function benchInfo(uint64 epoch) external view returns (BenchInfo memory info) {
        info.epoch = epoch;
        for (uint256 s; s < slots; ++s) if (weights[epoch][s] > 0) (info.totalWeight, info.count) = (info.totalWeight + weights[epoch][s], info.count + 1);
    }

    function benchBitmap(uint64 epoch) external view returns (bytes memory bits) {
        uint256 last;
        for (uint256 s; s < slots; ++s) if (weights[epoch][s] > 0) last = s + 1;
        bits = new bytes((last + 7) / 8);
        for (uint256 s; s < last; ++s) if (weights[epoch][s] > 0) bits[s / 8] |= bytes1(uint8(1 << (s % 8)));
    }

    function weightOf(uint64 epoch, bytes calldata bits) external view returns (uint256 sum) {
        for (uint256 s; s < bits.length * 8; ++s) if (uint8(bits[s / 8]) >> (s % 8) & 1 == 1) sum += weights[epoch][s];
    }

    function thinBitmap(uint64 epoch) external view returns (bytes memory) { return thin[epoch]; }

    function reduceBond(uint32 slot, uint256 amount, bytes32 reason, bool alsoFree) external returns (uint256 taken) {
        uint256 fromBond = amount < bondOf[slot] ? amount : bondOf[slot];
        bondOf[slot] -= uint112(fromBond);
        uint256 rest = amount - fromBond;
        uint256 fromExit = rest < exitingOf[slot] ? rest : exitingOf[slot];
        exitingOf[slot] -= uint112(fromExit);
        IReputation rep = IReputation(Addresses.REP);
        rep.release(identityOf[slot], fromBond + fromExit);
        taken = rep.take(identityOf[slot], alsoFree ? amount : fromBond + fromExit, reason);
        require(rep.moveCustody(msg.sender, taken) == taken, "custody");
    }

    function recordAbsences(uint64 epoch, bytes calldata absent) external {
        for (uint256 s; s < absent.length * 8; ++s) if (uint8(absent[s / 8]) >> (s % 8) & 1 == 1) ++absences[epoch][s];
    }

    function beginBlock(uint64, bool gap) external returns (uint32) { calls.push(gap ? "asc.begin gap" : "asc.begin"); return parentProducer; }
    function openLayer(uint64, uint32, bytes32) external returns (bool) { calls.push("asc.layer"); return !layerRefused; }
    function startEpoch(uint64, bytes32 record) external { calls.push("asc.epoch"); lastRecord = record; }
    function repeatBenches(uint64) external { calls.push("asc.repeat"); }
    function endRounds(uint64, uint32 round, uint32 producer, uint32[] calldata missed, uint256 penalty, uint32) external {
        calls.push("asc.rounds");
        (lastRound, lastProducer_, lastMissed, lastPenalty) = (round, producer, missed, penalty);
    }
    function markReady(uint64, uint32[] calldata ready) external { calls.push("asc.ready"); lastReady = ready; }
    function scheduleTip(uint32, bytes32 tip, uint64) external { calls.push("asc.tip"); lastTip = tip; }
    function finishBlock(uint64, uint256) external { calls.push("asc.finish"); }
}
