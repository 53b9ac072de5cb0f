// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {IGovernance} from "./interfaces/IGovernance.sol";
import {IValidationPool} from "./interfaces/IValidationPool.sol";
import {Addresses} from "./lib/Addresses.sol";
import {Bitmaps} from "./lib/Bitmaps.sol";
import {Convictions} from "./lib/Convictions.sol";
import {EvidenceReader} from "./lib/EvidenceReader.sol";
import {FixedPoint} from "./lib/FixedPoint.sol";
import {Parameters} from "./lib/Parameters.sol";

/// Evidence that blocks carry (7.1), and the escrow of slashes (7.2): REP waits here before its parts go to voters and finders and the rest burns.
contract Judiciary is Convictions {
    using EvidenceReader for bytes;

    /// Bounds of one block (2.5, 2.9). What does not fit may be carried again.
    uint256 private constant MAX_CONVICTIONS = 8;
    uint256 private constant MAX_SALT_CONVICTIONS = 4;
    /// What a conviction may cost, and what beginBlock needs after it.
    uint256 private constant GAS_TO_GO_ON = 1_200_000;
    uint256 private constant BOUNTY_BPS = 500;

    error AlreadyInitialized();
    error NotValidationPool();
    error NotBeacon();
    error NotActiveWork();

    modifier onlyValidationPool() {
        if (msg.sender != Addresses.VALIDATION_POOL) revert NotValidationPool();
        _;
    }

    modifier onlyWork() {
        if (tx.origin != Addresses.SYSTEM || msg.sender != IGovernance(Addresses.GOVERNANCE).activeWorkAt(uint64(block.number))) revert NotActiveWork();
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
    function convicted(address identity, uint64 height, uint8 kind) external view returns (bool) { return _isConvicted(identity, height, kind); }

    function refusal(uint8 kind, uint64 epoch, uint64 height, uint32 slot) external view returns (bytes32) {
        return _examine(Offence(kind, epoch, height, slot, address(0), 0, 0), _currentEpoch());
    }

    function saltMisses(address identity) external view returns (uint32, uint64) {
        return (_saltMisses[identity].count, _saltMisses[identity].lastEpoch);
    }

    function pendingSaltMisses() external view returns (uint256 n) {
        for (uint256 i = _firstDebt; i < _endOfDebts; ++i) n += Bitmaps.count(_debts[i].slots);
    }

    // --- (10)

    function recordEvidence(bytes calldata list) external onlyWork {
        uint64 epoch = _currentEpoch();
        uint256[2][] memory places = list.items(Parameters.MAX_EVIDENCE);
        uint256 left = MAX_CONVICTIONS;
        for (uint256 i; i < places.length; ++i) {
            EvidenceReader.Evidence memory e = EvidenceReader.read(list[places[i][0]:places[i][1]]);
            bytes32 refused = e.refused;
            if (refused == 0) (refused, left) = e.kind == EvidenceReader.TWO_CERTIFICATES ? _recordAll(e, epoch, left) : _recordOne(e, epoch, left);
            if (refused != 0) emit ItemSkipped(uint64(block.number), "evidence", i, refused);
        }
    }

    function _recordOne(EvidenceReader.Evidence memory e, uint64 epoch, uint256 left) private returns (bytes32 refused, uint256) {
        refused = _record(Offence(e.kind, e.epoch, e.height, e.slot, address(0), 0, 0), epoch, left);
        return (refused, refused == 0 ? left - 1 : left);
    }

    /// E6: everybody in both bitmaps. Who was convicted by an earlier block costs little, so the same item may come again until nobody is left.
    function _recordAll(EvidenceReader.Evidence memory e, uint64 epoch, uint256 left) private returns (bytes32 refused, uint256) {
        (uint256[16] memory first, uint256[16] memory second) = (Bitmaps.load(e.first), Bitmaps.load(e.second));
        bool any;
        refused = "nobody";
        for (uint256 w; w < 16; ++w) {
            for (uint256 bits = first[w] & second[w]; bits != 0; bits &= bits - 1) {
                uint32 slot = uint32(w * 256 + Bitmaps.lowest(bits));
                bytes32 reason = _record(Offence(VOTES2, e.epoch, e.height, slot, address(0), 0, 0), epoch, left);
                if (reason == "later" || reason == "gas") return (reason, left);
                if (reason == 0) (any, left) = (true, left - 1);
                else refused = reason;
            }
        }
        return (any ? bytes32(0) : refused, left);
    }

    function _record(Offence memory o, uint64 epoch, uint256 left) private returns (bytes32 refused) {
        if (gasleft() < GAS_TO_GO_ON) return "gas";
        refused = _examine(o, epoch);
        if (refused != 0) return refused;
        if (left == 0) return "later";
        _convict(o, epoch);
    }

    function _currentEpoch() private view returns (uint64) { return IGovernance(Addresses.GOVERNANCE).currentEpoch(); }

    // --- E8

    function missedSalts(uint64 epoch, uint8 word, uint256 slots) external {
        if (msg.sender != Addresses.BEACON) revert NotBeacon();
        _debts[_endOfDebts++] = Debt(epoch, uint64(block.number), word, slots);
    }

    function _convictOfSalts() private {
        (uint64 first, uint64 end) = (_firstDebt, _endOfDebts);
        for (uint256 n; n < MAX_SALT_CONVICTIONS && first < end && gasleft() >= GAS_TO_GO_ON; ++n) {
            Debt storage d = _debts[first];
            uint256 bits = d.slots;
            _convictOfSalt(Offence(SALT, d.epoch, d.height, uint32(uint256(d.word) * 256 + Bitmaps.lowest(bits)), address(0), 0, 0));
            bits &= bits - 1;
            d.slots = bits;
            if (bits == 0) delete _debts[first++];
        }
        if (first != _firstDebt) _firstDebt = first;
    }

    // --- E7 and escrow

    function markConvicted(address identity, uint64 height, uint8 kind) external onlyValidationPool returns (bool first) {
        first = !_isConvicted(identity, height, kind);
        _convictions[identity][height] |= 1 << kind;
    }

    function hold(address identity, uint32 slot, uint8 kind, uint64 height, uint112 amount, uint112 toVoters, uint256 job, uint64 maturesAt)
        external onlyValidationPool returns (uint256 id)
    {
        (uint32 finderSlot, address finder) = _finder(identity);
        return _put(Escrow(identity, slot, kind, false, height, maturesAt, uint64(job), finderSlot, amount, toVoters, finder));
    }

    function settleMatured(uint256 max) external onlyWork returns (uint256 settled) {
        uint256 id = _firstOpen;
        for (; settled < max && id < _count && _escrow[id].maturesAt <= block.timestamp; ++settled) _settle(id++);
        if (settled > 0) _firstOpen = id;
        if (_firstDebt != _endOfDebts) _convictOfSalts();
    }

    function _settle(uint256 id) private {
        Escrow storage e = _escrow[id];
        e.settled = true;
        (uint256 rest, uint256 toVoters, uint64 job) = (e.amount, 0, e.job);
        _total -= rest;
        uint256 bounty = rest * BOUNTY_BPS / FixedPoint.BPS;
        if (job != 0) {
            toVoters = REP.moveCustody(Addresses.VALIDATION_POOL, e.toVoters);
            IValidationPool(Addresses.VALIDATION_POOL).fundJob(job, toVoters);
            rest -= toVoters;
        }
        (address finder, uint32 finderSlot) = (e.finder, e.finderSlot);
        if (finder != address(0)) {
            bounty = REP.credit(finder, finderSlot, FixedPoint.min(bounty, rest), "bounty");
            rest -= bounty;
            emit BountyPaid(id, finder, finderSlot, bounty);
        }
        emit EscrowSettled(id, toVoters, REP.burn(rest, "slashed"));
    }
}
