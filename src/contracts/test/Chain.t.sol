// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {ChainWorld} from "./ChainWorld.sol";
import {Defaults} from "./Defaults.sol";
import {Rlp} from "./Rlp.sol";
import {Bond, BondStatus, BlockPool, PoolState} from "../interfaces/Types.sol";
import {Addresses} from "../lib/Addresses.sol";
import {Parameters} from "../lib/Parameters.sol";

/// 5.8 after every block of random chains: all contracts real, random votes, misses, rejections, claims, joins, raises, leaves, salts, safe-mode
/// gaps. beginBlock must never revert.
contract ChainTest is ChainWorld {
    uint256 private constant BLOCKS = 56;
    uint256 private seed;
    mapping(uint256 => bytes32) private salts;      // slot: salt committed in this epoch

    /// forge-config: default.fuzz.runs = 12
    function testFuzzInvariantsHoldAfterEveryBlock(uint256 seed_, uint8 bonds) public {
        seed = seed_;
        uint256[] memory v = Defaults.parameters(1e15);
        v[Parameters.EPOCH_LENGTH] = 8;
        v[Parameters.LATE_WINDOW] = 1 + _random(4);
        v[Parameters.ABSENT_SHARE] = _random(3);
        v[Parameters.SELECTION_MODE] = _random(2);
        v[Parameters.MINTING_RATIO] = 10 ** (15 + _random(6));
        v[Parameters.UNBONDING_TIME] = 16;
        v[Parameters.SLASH_DELAY] = 16;
        _launch(1 + bonds % 9, 2000e18, 1000e18, v);
        for (uint256 i; i < BLOCKS; ++i) {
            _everybodyActs();
            if (_random(24) == 0) height += uint64(1 + _random(20));            // safe-mode blocks
            _block();
            _invariants();
        }
    }

    function _random(uint256 n) private returns (uint256) {
        seed = uint256(keccak256(abi.encodePacked(seed)));
        return seed % n;
    }

    // --- users

    function _everybodyActs() private {
        for (uint256 n = _random(4); n > 0; --n) {
            uint256 i = _random(people);
            uint256 what = _random(6);
            if (what == 0) _claim(_id(i));
            else if (what == 1) _leave(_id(i));
            else if (what == 2) _raise(_id(i));
            else if (what == 3) _join();
            else if (what == 4) POOL.creditSlot(uint32(i));
            else vm.deal(Addresses.VALIDATION_POOL, Addresses.VALIDATION_POOL.balance + _random(1 ether));
        }
    }

    function _claim(address identity) private {
        uint256 owed = REP.unpaidSalary(identity);
        uint256 before = identity.balance;
        vm.prank(identity);
        eq(POOL.claimSalary(identity, payable(identity)), owed, "claim");
        eq(identity.balance - before, owed, "sent");
    }

    function _leave(address identity) private {
        uint256 amount = 1 + _random(1200e18);
        vm.prank(identity);
        try ASC.requestLeave(amount) {} catch (bytes memory reason) { require(reason.length > 0, "leave"); }   // refused: nothing bonded, or already leaving
    }

    function _raise(address identity) private {
        if (ASC.slotOf(identity) == NO_SLOT || REP.freeOf(identity) < 1e15) return;
        uint256 amount = 1 + _random(REP.freeOf(identity));
        vm.prank(identity);
        try ASC.signal(amount, "", "", 0) {} catch (bytes memory reason) { require(reason.length > 0, "raise"); }
    }

    /// A newcomer needs REP; somebody who left and lost nothing is the only source, so the free REP of an old identity without a bond joins anew.
    function _join() private {
        for (uint256 i; i < people; ++i) {
            address identity = _id(i);
            if (ASC.domain() == 0 || ASC.slotOf(identity) != NO_SLOT || REP.freeOf(identity) < 1e15) continue;
            uint256 free = REP.freeOf(identity);
            bytes memory key = abi.encodePacked(vm.addr(_secret(i) + 1000 * height));
            bytes32 digest = keccak256(abi.encodePacked(bytes2(0x1942), ASC.domain(), bytes1(0x0a), bytes20(0), identity));
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(_secret(i) + 1000 * height, digest);
            vm.prank(identity);
            ASC.signal(free, key, abi.encodePacked(r, s, v - 27), _layer(identity, 0));
            return;
        }
    }

    // --- the node

    function _block() private {
        _nextBlock();
        (uint64 epoch, uint64 position) = GOVERNANCE.epochAt(height);
        uint32 round = _random(4) == 0 ? uint32(1 + _random(_random(12) == 0 ? 40 : 3)) : 0;
        Rlp.Payload memory p = Rlp.none();
        uint64 parentEpoch = position == 0 && epoch > 0 ? epoch - 1 : epoch;
        if (height > 1) _votes(p, parentEpoch);
        if (round > 0 && _random(2) == 0) p.rejections = Rlp.list(_rejection(epoch, round));
        _salts(p, epoch, position);
        _ready(p);
        if (_random(20) == 0) p.nextTip = Rlp.text(abi.encodePacked(bytes32(0)));
        if (_random(3) == 0) p.evidence = _evidence();
        _complete(p, round);
        _begin(Rlp.encode(p));
        require(GOVERNANCE.lastBegun() == height, "begun");
    }

    /// Parent certificate of more than two thirds or less (the contracts do not judge it), some AGAINST, late votes of any waiting pool.
    function _votes(Rlp.Payload memory p, uint64 epoch) private {
        bytes memory bench = _bench(epoch);
        p.parentCert = Rlp.certificate(0, _some(bench, 8));
        if (_random(3) == 0) p.against = Rlp.list(Rlp.vote(height - 1, 3, _some(bench, 2)));
        if (height > 3 && _random(2) == 0) {
            uint64 old = height - 2 - uint64(_random(2));
            p.late = Rlp.list(bytes.concat(Rlp.vote(old, uint8(2 + _random(3)), _some(bench, 6)), _random(5) == 0 ? Rlp.vote(height + 5, 9, hex"01") : bytes("")));
        }
    }

    /// Each bit of `bits` with probability `tenths`/10.
    function _some(bytes memory bits, uint256 tenths) private returns (bytes memory b) {
        uint256 last;
        b = new bytes(bits.length);
        for (uint256 slot; slot < bits.length * 8; ++slot) {
            if (uint8(bits[slot / 8]) >> (slot % 8) & 1 == 0 || _random(10) >= tenths) continue;
            b[slot / 8] |= bytes1(uint8(1 << (slot % 8)));
            last = slot / 8 + 1;
        }
        assembly ("memory-safe") { mstore(b, last) }
    }

    /// Up to four items about anybody, of any time and type, some of them junk, some of them twice.
    function _evidence() private returns (bytes memory) {
        bytes memory all;
        for (uint256 n = 1 + _random(4); n > 0; --n) {
            uint64 h = uint64(_random(height + 2));
            uint64 epoch = _random(6) == 0 ? uint64(_random(9)) : _epochOf(h);
            uint256 what = _random(12);
            if (what == 0) all = bytes.concat(all, Rlp.list(hex"07c0"));
            else if (what == 1) all = bytes.concat(all, Rlp.text(abi.encodePacked(seed)));
            else if (what < 4) all = bytes.concat(all, Rlp.fork(epoch, h, _some(hex"ffff", 5), _some(hex"ffff", 5)));
            else all = bytes.concat(all, Rlp.evidence(uint8(1 + _random(5)), epoch, h, uint32(_random(people + 2))));
        }
        return Rlp.list(all);
    }

    /// The block that the leader of round 0 proposed at this height.
    function _rejection(uint64 epoch, uint32 round) private returns (bytes memory) {
        uint32 leader = WORK.producerAt(height, 0);
        if (leader == NO_SLOT || round == 0) return "";
        return Rlp.rejection(Rlp.header(height, epoch, 0, uint24(leader), uint160(_random(1 << 20))), 0, _some(_bench(epoch), 9));
    }

    function _salts(Rlp.Payload memory p, uint64 epoch, uint64 position) private {
        uint32 slot = uint32(_random(people + 1));
        uint8 phase = BEACON.saltPhase(position, 8);
        if (phase == 1) {
            salts[slot] = keccak256(abi.encodePacked("salt", seed));
            bytes32 commit = keccak256(abi.encodePacked(ASC.domain(), epoch, slot, salts[slot]));
            p.saltCommits = Rlp.list(Rlp.list(bytes.concat(Rlp.number(slot), Rlp.text(abi.encodePacked(commit)), hex"80")));
        } else {
            p.saltReveals = Rlp.list(Rlp.list(bytes.concat(Rlp.number(slot), Rlp.text(abi.encodePacked(salts[slot] == 0 ? bytes32(seed) : salts[slot])))));
        }
    }

    function _ready(Rlp.Payload memory p) private {
        bytes memory all;
        uint256 n;
        for (uint32 slot; slot < ASC.slotCount() && n < 16; ++slot) {
            if (!ASC.wantsReady(slot) || _random(3) == 0) continue;
            all = bytes.concat(all, Rlp.list(bytes.concat(Rlp.number(slot), hex"80")));
            ++n;
        }
        p.ready = Rlp.list(all);
    }

    // --- 5.8

    function _invariants() private view {
        uint256 pools = REP.custodyOf(Addresses.VALIDATION_POOL);
        uint256 escrow = REP.custodyOf(Addresses.JUDICIARY);
        uint256 forum = REP.custodyOf(Addresses.FORUM);
        eq(REP.custodyOf(Addresses.AVAILABILITY), 0, "ASC custody");
        eq(REP.totalBalances() + pools + escrow + forum, REP.totalMinted() - REP.totalBurned(), "REP is conserved");
        eq(escrow, JUDICIARY.escrowedTotal(), "escrow");
        eq(forum, FORUM.authorsAccrued(Addresses.GENESIS_WORK), "authors");
        _poolCustody(pools);
        require(Addresses.VALIDATION_POOL.balance >= POOL.accounted() && POOL.accounted() >= REP.totalUnpaid(), "salary is covered");
        (uint256 balances, uint256 unpaid) = (0, 0);
        for (uint256 i; i < people; ++i) {
            address identity = _id(i);
            balances += REP.balanceOf(identity);
            unpaid += REP.unpaidSalary(identity);
            require(REP.encumberedOf(identity) <= REP.balanceOf(identity), "encumbered");
            uint32 slot = ASC.slotOf(identity);
            if (slot == NO_SLOT) continue;
            Bond memory b = ASC.bond(slot);
            eq(uint256(b.rep) + b.exiting, REP.encumberedOf(identity), "bonds are encumbered REP");
        }
        eq(balances, REP.totalBalances(), "balances");
        _liabilities();
        require(unpaid <= REP.totalUnpaid(), "unpaid");
    }

    /// 7.1: gaps and repeated benches included, what evidence goes by is what votes went by.
    function _liabilities() private view {
        uint64 newest = _epochOf(height) + 1;
        for (uint64 e = newest < 3 ? 0 : newest - 3; e <= newest; ++e) {
            for (uint32 slot; slot < ASC.slotCount(); ++slot) {
                (uint256 weight, uint256 total, bool locked) = ASC.liability(e, slot);
                eq(weight, ASC.weightAt(e, slot), "weight"); eq(total, ASC.benchInfo(e).totalWeight, "W"); require(locked, "locked");
            }
        }
        (uint256 none, uint256 nothing, bool no) = ASC.liability(newest + 1, 0);
        require(none == 0 && nothing == 0 && !no, "no bench yet");
    }

    /// Custody = open pools less what includers got, and what voters will get; every vote's pay is covered by it.
    function _poolCustody(uint256 custody) private view {
        uint256 most = POOL.pendingVote();
        uint256 least = most;
        uint256 open;
        for (uint64 h = POOL.nextToSettle(); h != 0 && h < height; ++h) {
            BlockPool memory b = POOL.pool(h);
            if (b.height != h || b.state != PoolState.OPEN) continue;
            ++open;
            most += uint256(b.producerHalf) + b.policingHalf;
            least += uint256(b.producerHalf) + b.policingHalf - uint256(b.policingHalf) * POOL.termsOf(b.epoch).includerBps / 10_000;
            require(b.forWeight + b.lateWeight + b.againstWeight <= b.totalWeight, "weights");
        }
        require(custody <= most && custody >= least, "pool custody");
        if (open == 0) eq(custody, POOL.pendingVote(), "settled pools keep nothing");
        uint256 promised;
        for (uint32 slot; slot < ASC.slotCount(); ++slot) promised += POOL.pendingVotePay(slot);
        require(promised <= POOL.pendingVote(), "promises are covered");
    }
}
