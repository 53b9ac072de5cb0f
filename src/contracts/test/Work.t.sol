// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {Defaults} from "./Defaults.sol";
import {PoolWorld} from "./PoolWorld.sol";
import {Rlp} from "./Rlp.sol";
import {Beacon} from "../Beacon.sol";
import {Work} from "../Work.sol";
import {WorkParameters} from "../WorkParameters.sol";
import {IWork} from "../interfaces/IWork.sol";
import {Addresses} from "../lib/Addresses.sol";
import {Parameters} from "../lib/Parameters.sol";
import {RlpReader} from "../lib/RlpReader.sol";

/// The Work contract over a scripted ASC; everything else real.
contract WorkTest is PoolWorld {
    Work private constant WORK = Work(Addresses.GENESIS_WORK);
    Beacon private constant BEACON = Beacon(Addresses.BEACON);
    uint8 private constant ELIGIBLE = 0;
    uint8 private constant BAG = 1;
    uint8 private constant JAILED = 2;

    function setUp() public {
        _install(Defaults.terms());
        _behindProxy(Addresses.BEACON, address(new Beacon()));
        BEACON.initialize(keccak256("genesis"));
        _plain(Addresses.GENESIS_WORK, address(new Work()));
        uint256[] memory v = Defaults.parameters(1e18);
        v[Parameters.EPOCH_LENGTH] = EPOCH;
        WORK.initialize(v);
        ASC.mint(1 << 100);
        for (uint32 s; s < 5; ++s) {
            _member(s, 100e18, 50e18, 50e18);
            ASC.setTree(ELIGIBLE, s, 50e18);
        }
    }

    // --- beginBlock

    function _run(uint64 h, Rlp.Payload memory p) private {
        vm.roll(h);
        (, uint64 position) = GOVERNANCE.epochAt(h);
        vm.prevrandao(BEACON.nextMix(keccak256("reveal"), h, position == 0));
        p.reveal = Rlp.text(abi.encodePacked(keccak256("reveal")));
        vm.prank(Addresses.SYSTEM, Addresses.SYSTEM);
        WORK.beginBlock(Rlp.encode(p));
    }

    function _run(uint64 h) private { _run(h, Rlp.none()); }

    function _calls(string[6] memory expected, uint256 n) private view {
        eq(ASC.callCount(), n, "calls");
        for (uint256 i; i < n; ++i) require(keccak256(bytes(ASC.calls(i))) == keccak256(bytes(expected[i])), expected[i]);
    }

    function testCallsComeInTheOrderOfTheProtocol() public {
        _run(1);
        _calls(["asc.begin", "asc.layer", "asc.rounds", "asc.finish", "", ""], 4);
    }

    function testEpochStartAndItemsCallTheRest() public {
        for (uint64 h = 1; h <= EPOCH; ++h) _run(h);
        uint256 before = ASC.callCount();
        Rlp.Payload memory p = Rlp.none();
        p.epochRecord = hex"c102";
        p.ready = Rlp.list(bytes.concat(Rlp.list(hex"0480"), Rlp.list(hex"0280")));
        p.nextTip = Rlp.text(abi.encodePacked(keccak256("tip")));
        _run(EPOCH + 1, p);
        string[7] memory expected = ["asc.begin", "asc.layer", "asc.epoch", "asc.rounds", "asc.ready", "asc.tip", "asc.finish"];
        eq(ASC.callCount() - before, 7, "calls");
        for (uint256 i; i < 7; ++i) require(keccak256(bytes(ASC.calls(before + i))) == keccak256(bytes(expected[i])), expected[i]);
        eq(ASC.lastRecord(), keccak256(hex"c102"), "record with its header");
        eq(ASC.readyCount(), 2, "ready"); eq(ASC.lastReady(0), 4, "first"); eq(ASC.lastReady(1), 2, "second");
        eq(ASC.lastTip(), keccak256("tip"), "tip");
    }

    function testOnlySystemMayBegin() public {
        vm.expectRevert(IWork.NotSystem.selector);
        WORK.beginBlock(Rlp.encode(Rlp.none()));
        vm.prank(Addresses.SYSTEM, address(1));
        vm.expectRevert(IWork.NotSystem.selector);
        WORK.beginBlock(Rlp.encode(Rlp.none()));
        vm.prank(address(1), Addresses.SYSTEM);
        vm.expectRevert(IWork.NotSystem.selector);
        WORK.beginBlock(Rlp.encode(Rlp.none()));
    }

    function testSecondCallInABlockReverts() public {
        _run(1);
        vm.prank(Addresses.SYSTEM, Addresses.SYSTEM);
        vm.expectRevert(IWork.AlreadyBegun.selector);
        WORK.beginBlock(Rlp.encode(Rlp.none()));
    }

    function testWrongRevealReverts() public {
        ASC.setLayerRefused(true);
        vm.prank(Addresses.SYSTEM, Addresses.SYSTEM);
        vm.expectRevert(IWork.BadReveal.selector);
        WORK.beginBlock(Rlp.encode(Rlp.none()));
        ASC.setLayerRefused(false);
        vm.prevrandao(keccak256("not 8.1's"));
        vm.prank(Addresses.SYSTEM, Addresses.SYSTEM);
        vm.expectRevert(IWork.BadReveal.selector);
        WORK.beginBlock(Rlp.encode(Rlp.none()));
    }

    function testPayloadMustBeCanonical() public {
        vm.prevrandao(BEACON.nextMix(0, 1, true));
        Rlp.Payload memory p = Rlp.none();
        p.version = hex"02"; _refused(Rlp.encode(p));
        p = Rlp.none(); p.epochRecord = ""; _refused(Rlp.encode(p));                                     // twelve fields
        p = Rlp.none(); p.epochRecord = hex"c0c0"; _refused(Rlp.encode(p));                              // fourteen
        p = Rlp.none(); p.epochRecord = hex"80"; _refused(Rlp.encode(p));                                // no list
        _refused(bytes.concat(Rlp.encode(Rlp.none()), hex"00"));                                         // bytes behind it
        p = Rlp.none(); p.parentCert = Rlp.certificate(0, hex"0100"); _refused(Rlp.encode(p));           // trailing zero byte
        p = Rlp.none(); p.parentCert = Rlp.list(hex"0001"); _refused(Rlp.encode(p));                     // two parts, and a zero with a byte
        p = Rlp.none(); p.reveal = hex"01"; _refused(Rlp.encode(p));                                     // not 32 bytes
        p = Rlp.none(); p.tc = Rlp.list(hex"80c0"); _refused(Rlp.encode(p));
        p = Rlp.none(); p.evidence = Rlp.list(hex"c0c0c0c0c0"); _refused(Rlp.encode(p));                 // five of four
        p = Rlp.none(); p.against = Rlp.list(Rlp.list(hex"01038001")); _refused(Rlp.encode(p));          // four parts
        _run(1);                                                                                         // and without a flaw
    }

    function _refused(bytes memory payload) private {
        vm.prank(Addresses.SYSTEM, Addresses.SYSTEM);
        (bool ok, bytes memory reason) = Addresses.GENESIS_WORK.call(abi.encodeCall(WORK.beginBlock, (payload)));
        require(!ok && (bytes4(reason) == RlpReader.NotCanonical.selector), "accepted");
    }

    /// 2.9: none of these is more than an event.
    function testUnusableItemsAreSkipped() public {
        _run(1);
        Rlp.Payload memory p = Rlp.none();
        p.parentCert = Rlp.certificate(7, hex"ffffff");
        p.against = Rlp.list(bytes.concat(Rlp.vote(9, 3, hex"01"), Rlp.vote(1, 4, hex"01"), Rlp.vote(1, 3, "")));
        p.late = Rlp.list(bytes.concat(Rlp.vote(1, 4, hex"01"), Rlp.vote(type(uint64).max, 4, hex"01"), Rlp.vote(0, 9, hex"01")));
        p.rejections = Rlp.list(bytes.concat(Rlp.rejection(hex"c0", 0, hex"1f"), Rlp.rejection(Rlp.header(5, 0, 0, 1, 0), 0, hex"1f")));
        p.evidence = Rlp.list(hex"c101c102");
        p.saltReveals = Rlp.list(Rlp.list(bytes.concat(hex"8210ff", Rlp.text(abi.encodePacked(keccak256("salt"))))));
        p.saltCommits = Rlp.list(Rlp.list(bytes.concat(hex"840fffffff", hex"8080")));
        _run(2, p);
        eq(GOVERNANCE.lastBegun(), 2, "begun");
        eq(POOL.pool(1).forWeight, 250e18, "all five of the bench, nobody else");
    }

    function testMissedLeadersAndTheirPenalty() public {
        _income(1e21);
        _run(1);
        for (uint64 h = 2; h <= 7; ++h) {
            Rlp.Payload memory q = Rlp.none();
            q.parentCert = Rlp.certificate(0, hex"1f");
            _run(h, q);
        }
        uint256 mean = POOL.averageMint();
        Rlp.Payload memory p = Rlp.none();
        p.tc = Rlp.timeout(2);
        uint32[] memory leaders = WORK.producersAt(8, 4);
        // producersAt answers on the state of 7 for 8 only
        vm.roll(8);
        _run(8, p);
        eq(ASC.lastRound(), 3, "round");
        eq(ASC.missedCount(), 3, "missed");
        for (uint256 i; i < 3; ++i) eq(ASC.lastMissed(i), leaders[i], "leader");
        eq(ASC.lastProducer_(), leaders[3], "producer");
        eq(ASC.lastPenalty(), mean / 2, "half an average block's REP");
    }

    /// 2.8: nobody known, nothing opened, no pool for the block before, the income all the same.
    function testFirstGoodBlockAfterSafeMode() public {
        _run(1);
        _income(5e18);
        uint256 before = ASC.callCount();
        eq(WORK.producerAt(4, 0), NO_SLOT, "unknown");
        Rlp.Payload memory p = Rlp.none();
        p.tc = Rlp.timeout(0);
        p.parentCert = Rlp.certificate(0, hex"1f");
        vm.roll(4);
        vm.prevrandao(keccak256("natively made"));
        vm.prank(Addresses.SYSTEM, Addresses.SYSTEM);
        WORK.beginBlock(Rlp.encode(p));
        string[4] memory expected = ["asc.begin gap", "asc.repeat", "asc.rounds", "asc.finish"];
        eq(ASC.callCount() - before, 4, "calls");
        for (uint256 i; i < 4; ++i) require(keccak256(bytes(ASC.calls(before + i))) == keccak256(bytes(expected[i])), expected[i]);
        eq(ASC.missedCount(), 0, "missed");
        eq(ASC.lastProducer_(), NO_SLOT, "producer");
        eq(BEACON.mix(), keccak256("natively made"), "mix");
        eq(POOL.pool(3).height, 0, "no pool");
        eq(REP.totalUnpaid(), 5e18, "salary");
    }

    function testEpochLengthReanchorsAtAnEpochStart() public {
        vm.prank(Addresses.GOVERNANCE);
        require(WORK.scheduleParameter(Parameters.EPOCH_LENGTH, 16, 2), "scheduled");
        for (uint64 h = 1; h <= 2 * EPOCH; ++h) _run(h);
        eq(GOVERNANCE.clock().length, EPOCH, "before");
        vm.roll(2 * EPOCH + 1);
        (, uint64 position, uint64 length,,,,,,,) = WORK.blockContext();
        eq(position, 0, "position"); eq(length, 16, "the node sees it on the state before");
        _run(2 * EPOCH + 1);
        eq(GOVERNANCE.clock().length, 16, "after");
        eq(GOVERNANCE.clock().h0, 2 * EPOCH + 1, "h0"); eq(GOVERNANCE.clock().e0, 2, "e0");
    }

    // --- the draw (4.1)

    /// Against a scan without trees, lists or skips: remove the drawn, take the prefix sums, start again when nobody is left.
    function testFuzzLeadersMatchTheScan(uint64[5] memory eligible, uint64[5] memory jailed, uint8 inBag, bool bagMode, uint8 rounds) public {
        if (bagMode) {
            vm.prank(Addresses.GOVERNANCE);
            require(WORK.scheduleParameter(Parameters.SELECTION_MODE, 1, 2), "mode");
            vm.store(Addresses.GOVERNANCE, bytes32(uint256(4)), bytes32(uint256(1) | (uint256(2) << 64) | (uint256(EPOCH) << 128)));   // epoch 2 now
        }
        for (uint256 s; s < 5; ++s) {
            ASC.setTree(ELIGIBLE, s, eligible[s]);
            ASC.setTree(BAG, s, (inBag >> s) & 1 == 1 ? eligible[s] : 0);
            ASC.setTree(JAILED, s, jailed[s]);
        }
        bool[5] memory drawn;
        uint32 last = rounds % 36;
        uint32[] memory many = WORK.producersAt(1, 32);
        for (uint32 r; r <= last; ++r) {
            uint256 u = uint256(keccak256(abi.encodePacked("lead", BEACON.mix(), uint64(1), r)));
            if (r >= 32) drawn = [false, false, false, false, false];
            uint32 expected = _scan(u, bagMode, drawn);
            eq(WORK.producerAt(1, r), expected, "leader");
            if (r < 32) eq(many[r], expected, "producersAt");
            if (expected != NO_SLOT) drawn[expected] = true;
        }
    }

    function _scan(uint256 u, bool bagMode, bool[5] memory drawn) private view returns (uint32 slot) {
        uint8 base = ASC.treeTotal(ELIGIBLE) == 0 ? JAILED : ELIGIBLE;
        if (bagMode && base == ELIGIBLE) {
            slot = _scanOne(BAG, u, drawn);
            if (slot != NO_SLOT) return slot;
        }
        slot = _scanOne(base, u, drawn);
        if (slot != NO_SLOT) return slot;
        for (uint256 s; s < 5; ++s) drawn[s] = false;
        if (bagMode && base == ELIGIBLE) {
            slot = _scanOne(BAG, u, drawn);
            if (slot != NO_SLOT) return slot;
        }
        return _scanOne(base, u, drawn);
    }

    function _scanOne(uint8 tree, uint256 u, bool[5] memory drawn) private view returns (uint32) {
        uint256 total;
        for (uint256 s; s < 5; ++s) if (!drawn[s]) total += ASC.trees(tree, s);
        if (total == 0) return NO_SLOT;
        uint256 sum;
        for (uint32 s; s < 5; ++s) {
            if (!drawn[s]) sum += ASC.trees(tree, s);
            if (u % total < sum) return s;
        }
        revert("scan");
    }

    function testLeadersAreKnownForTheNextBlockOnly() public {
        _run(1);
        require(WORK.producerAt(2, 0) < 5, "next");
        eq(WORK.producerAt(1, 0), NO_SLOT, "past");
        eq(WORK.producerAt(3, 0), NO_SLOT, "future");
        uint32[] memory none = WORK.producersAt(3, 40);
        eq(none.length, 32, "capped");
        eq(none[31], NO_SLOT, "unknown");
    }

    // --- parameters (6.4)

    function testEveryParameterHasItsHardBounds() public {
        for (uint256 id; id < Parameters.COUNT; ++id) {
            (uint256 min, uint256 max,, ) = WORK.bounds(id);
            require(max > 0 || id == Parameters.BENCH_MODE, "bounds");
            uint256 value = WORK.parameter(id);
            require(value >= min && value <= max, "default in bounds");
            Work other = new Work();
            uint256[] memory v = Defaults.parameters(1e18);
            v[id] = max + 1;
            vm.expectRevert();
            other.initialize(v);
            if (min == 0) continue;
            v[id] = min - 1;
            vm.expectRevert();
            other.initialize(v);
        }
    }

    function testInitializeWorksOnceAndChecksPairs() public {
        uint256[] memory v = Defaults.parameters(1e18);
        vm.expectRevert(WorkParameters.AlreadyInitialized.selector);
        WORK.initialize(v);
        Work other = new Work();
        v[Parameters.GAS_LIMIT] = 2 * v[Parameters.SYSTEM_GAS_LIMIT] - 1;
        vm.expectRevert(abi.encodeWithSelector(WorkParameters.OutOfBounds.selector, Parameters.GAS_LIMIT));
        other.initialize(v);
        v = Defaults.parameters(1e18);
        (v[Parameters.STAKE_BPS], v[Parameters.LATE_WINDOW]) = (1000, 10);       // sigma (K + 1) = 110 %
        vm.expectRevert(abi.encodeWithSelector(WorkParameters.OutOfBounds.selector, Parameters.STAKE_BPS));
        other.initialize(v);
        v = Defaults.parameters(1e18);
        v[Parameters.LATE_WINDOW] = v[Parameters.EPOCH_LENGTH];
        vm.expectRevert(abi.encodeWithSelector(WorkParameters.OutOfBounds.selector, Parameters.EPOCH_LENGTH));
        other.initialize(v);
    }

    function testScheduledParameterTakesOverWithoutAWrite() public {
        vm.expectRevert(WorkParameters.NotGovernance.selector);
        WORK.scheduleParameter(Parameters.STAKE_BPS, 150, 2);
        vm.startPrank(Addresses.GOVERNANCE, Addresses.SYSTEM);
        require(!WORK.scheduleParameter(Parameters.STAKE_BPS, 150, 1), "two epochs ahead");
        require(!WORK.scheduleParameter(Parameters.STAKE_BPS, 201, 2), "at most double");
        require(!WORK.scheduleParameter(Parameters.STAKE_BPS, 49, 2), "at least half");
        require(!WORK.scheduleParameter(Parameters.COUNT, 1, 2), "no such parameter");
        require(WORK.scheduleParameter(Parameters.STAKE_BPS, 150, 2), "fine");
        require(!WORK.scheduleParameter(Parameters.STAKE_BPS, 120, 3), "one waits");
        vm.stopPrank();
        (uint256 value, uint64 from) = WORK.pending(Parameters.STAKE_BPS);
        eq(value, 150, "pending"); eq(from, 2, "from");
        eq(WORK.parameterAt(Parameters.STAKE_BPS, 1), 100, "before"); eq(WORK.parameterAt(Parameters.STAKE_BPS, 2), 150, "from then on");
        vm.roll(2 * EPOCH);
        eq(WORK.parameter(Parameters.STAKE_BPS), 100, "last block before");
        vm.roll(2 * EPOCH + 1);
        eq(WORK.parameter(Parameters.STAKE_BPS), 150, "first block");
        eq(WORK.poolTermsAt(2).stakeBps, 150, "terms");
        (value,) = WORK.pending(Parameters.STAKE_BPS);
        eq(value, 0, "nothing waits");
        vm.prank(Addresses.GOVERNANCE);
        require(WORK.scheduleParameter(Parameters.STAKE_BPS, 300, 4), "the next may come");
    }

    function testPairsHoldAgainstWaitingValuesToo() public {
        vm.startPrank(Addresses.GOVERNANCE, Addresses.SYSTEM);
        require(!WORK.scheduleParameter(Parameters.LATE_WINDOW, 8, 2), "K < E");
        require(WORK.scheduleParameter(Parameters.EPOCH_LENGTH, 16, 2), "E");
        require(!WORK.scheduleParameter(Parameters.LATE_WINDOW, 8, 3), "K < E now as well");
        require(!WORK.scheduleParameter(Parameters.GAS_LIMIT, 19_000_000, 2), "twice the system gas");
        require(WORK.scheduleParameter(Parameters.SYSTEM_GAS_LIMIT, 1 << 24, 2), "gas");
        require(!WORK.scheduleParameter(Parameters.GAS_LIMIT, 33_000_000, 2), "of the waiting one as well");
    }

    function testZeroMayGrowToTheUnit() public {
        (,, uint256 unit,) = WORK.bounds(Parameters.BLOCK_REWARD);
        vm.startPrank(Addresses.GOVERNANCE, Addresses.SYSTEM);
        require(!WORK.scheduleParameter(Parameters.BLOCK_REWARD, unit + 1, 2), "above");
        require(WORK.scheduleParameter(Parameters.BLOCK_REWARD, unit, 2), "unit");
        require(WORK.scheduleParameter(Parameters.ABSENT_SHARE, 2, 2), "a choice");
        vm.roll(2 * EPOCH + 1);
        eq(WORK.blockReward(), unit, "reward");
    }
}
