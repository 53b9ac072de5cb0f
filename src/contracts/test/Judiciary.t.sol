// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {ChainWorld} from "./ChainWorld.sol";
import {Defaults} from "./Defaults.sol";
import {Rlp} from "./Rlp.sol";
import {IAvailability} from "../interfaces/IAvailability.sol";
import {IJudiciary} from "../interfaces/IJudiciary.sol";
import {Bond, BondStatus} from "../interfaces/Types.sol";
import {Addresses} from "../lib/Addresses.sol";
import {Parameters} from "../lib/Parameters.sol";

/// 7.1, 7.2 on a chain of real contracts: epochs of 8 blocks, 2 s each, U = 64 s and 4 epochs, escrow 32 s. No income, so that REP moves by slashes only.
contract JudiciaryTest is ChainWorld {
    uint112 private constant REP_EACH = 2000e18;
    uint112 private constant BOND = 1000e18;
    uint32 private constant LENGTH = 8;

    function _chain(uint256 bonds) private {
        uint256[] memory v = Defaults.parameters(1e18);
        v[Parameters.EPOCH_LENGTH] = LENGTH;
        v[Parameters.SALT_EXCLUSION] = 0;
        _launch(bonds, REP_EACH, BOND, v);
        _run("");
    }

    /// The next block, carrying `items`; everybody votes.
    function _run(bytes memory items) private returns (uint32 producer) {
        _nextBlock();
        Rlp.Payload memory p = Rlp.none();
        p.evidence = Rlp.list(items);
        return _go(p);
    }

    function _go(Rlp.Payload memory p) private returns (uint32 producer) {
        if (height > 1) p.parentCert = Rlp.certificate(0, _bench(_epochOf(height - 1)));
        producer = _complete(p, 0);
        _begin(Rlp.encode(p));
        eq(REP.totalBalances() + REP.custodyOf(Addresses.JUDICIARY), REP.totalMinted() - REP.totalBurned(), "REP is conserved");
        eq(REP.custodyOf(Addresses.JUDICIARY), JUDICIARY.escrowedTotal(), "escrow");
    }

    function _to(uint64 h) private { while (height < h) _run(""); }
    function _toEpoch(uint64 e) private { _to(e * LENGTH + 1); }

    function _lost(uint256 i) private view returns (uint256) { return REP_EACH - REP.balanceOf(_id(i)); }

    function _refusal(uint8 kind, uint64 epoch, uint64 h, uint32 slot) private view returns (bytes32) { return JUDICIARY.refusal(kind, epoch, h, slot); }

    // --- amounts

    function testEachTypeHasItsFraction() public {
        _chain(40);
        _to(5);
        _run(bytes.concat(Rlp.evidence(1, 0, 4, 1), Rlp.evidence(5, 0, 4, 2), Rlp.evidence(3, 0, 4, 3), Rlp.evidence(4, 0, 4, 4)));
        eq(_lost(1), BOND / 10, "E1"); eq(_lost(2), BOND / 10, "E5"); eq(_lost(3), BOND, "E3"); eq(_lost(4), BOND, "E4");
        eq(JUDICIARY.escrowCount(), 4, "all wait"); eq(JUDICIARY.correlatedWeight(0), 2 * BOND, "E3 and E4");
        require(JUDICIARY.convicted(_id(3), 4, 3) && !JUDICIARY.convicted(_id(3), 4, 4) && !JUDICIARY.convicted(_id(3), 5, 3), "convicted");
    }

    /// One operator's mistake is cheap, an attack is total.
    function testDoubleVotesCostByHowManyOffend() public {
        _chain(40);
        _to(5);
        for (uint32 slot; slot < 20; ++slot) {
            _run(Rlp.evidence(2, 0, 4, slot));
            uint256 percent10 = 3 * (uint256(slot) + 1) * 1000 / 40;            // tenths of a percent
            if (percent10 < 100) percent10 = 100;
            if (percent10 > 1000) percent10 = 1000;
            eq(_lost(slot), uint256(BOND) * percent10 / 1000, "3 w / W");
        }
    }

    function testCorrelationLooksAtTwoEpochsOfOffencesAndCountsASlotOnce() public {
        _chain(40);
        _toEpoch(3);
        for (uint32 slot; slot < 10; ++slot) _run(Rlp.evidence(2, 0, 4, slot));
        eq(_epochOf(height), 4, "two epochs passed while it was carried");
        _run(Rlp.evidence(2, 1, 10, 20));
        eq(_lost(20), uint256(BOND) * 825 / 1000, "eleven of 40");
        _run(Rlp.evidence(2, 3, 26, 21));
        eq(_lost(21), BOND / 10, "alone in 2-3 and 3-4");
        _run(Rlp.evidence(2, 2, 18, 22));
        eq(_lost(22), uint256(BOND) * 15 / 100, "with either neighbour: two of 40");
        uint256 before = _lost(0);
        _run(Rlp.evidence(2, 1, 11, 0));
        eq(_lost(0) - before, uint256(BOND) * 825 / 1000, "slot 0 is among the eleven already");
        eq(JUDICIARY.correlatedWeight(1), 11 * uint256(BOND), "once");
    }

    function testTheWeightIsThatOfTheOffencesEpochHoweverOld() public {
        _chain(9);
        _toEpoch(1);
        vm.prank(_id(1));
        ASC.signal(800e18, "", "", 0);
        Rlp.Payload memory p = Rlp.none();
        p.ready = Rlp.list(Rlp.list(hex"0180"));
        _nextBlock(); _go(p);
        _run(Rlp.evidence(1, 0, 4, 2));                                         // less from epoch 3 on
        _toEpoch(5);
        eq(ASC.weightAt(4, 1), 1800e18, "raised"); eq(ASC.weightAt(4, 2), 900e18, "cut"); eq(ASC.weightAt(1, 1), 0, "the benches have gone on");
        _run(bytes.concat(Rlp.evidence(1, 1, 9, 1), Rlp.evidence(5, 1, 9, 2), Rlp.evidence(1, 4, 33, 2)));
        eq(_lost(1), 100e18, "of 1000"); eq(_lost(2), 100e18 + 100e18 + 90e18, "of 1000 in epoch 1, of 900 in epoch 4");
    }

    // --- refusals

    function testOneConvictionForEachIdentityHeightAndType() public {
        _chain(8);
        _to(5);
        bytes memory item = Rlp.evidence(1, 0, 4, 1);
        _run(bytes.concat(item, item));
        _run(item);
        eq(_lost(1), BOND / 10, "once"); eq(JUDICIARY.escrowCount(), 1, "one escrow");
        require(_refusal(1, 0, 4, 1) == "convicted", "refusal");
        _run(Rlp.evidence(1, 0, 3, 1));
        _run(Rlp.evidence(5, 0, 4, 1));
        eq(JUDICIARY.escrowCount(), 3, "another height, another type");
    }

    function testUnusableItemsChangeNothing() public {
        _chain(8);
        _to(12);
        require(_refusal(6, 0, 4, 1) == "type" && _refusal(7, 0, 4, 1) == "type" && _refusal(0, 0, 4, 1) == "type" && _refusal(255, 0, 4, 1) == "type", "type");
        require(_refusal(1, 0, 4, 4096) == "slot", "slot");
        require(_refusal(1, 0, 0, 1) == "future" && _refusal(1, 1, 13, 1) == "future" && _refusal(1, 2, 12, 1) == "future", "to come");
        require(_refusal(1, 1, 12, 1) == 0, "this very height");
        require(_refusal(1, 0, 4, 8) == "left", "nobody there");
        _run(bytes.concat(Rlp.list(hex"01"), hex"80", Rlp.list(hex"07c0"), Rlp.list(bytes.concat(hex"06", Rlp.text(new bytes(60))))));
        _run(bytes.concat(Rlp.evidence(1, 9, 9, 1), Rlp.evidence(1, 0, 400, 1), Rlp.evidence(3, 0, 4, 4095), Rlp.fork(0, 4, hex"01", hex"02")));
        eq(JUDICIARY.escrowCount(), 0, "nothing");
        eq(REP.totalBalances(), 8 * uint256(REP_EACH), "nothing moved");
    }

    /// 3.3: a leaver is locked exactly as long as evidence about the last epoch it served counts.
    function testEvidenceExpiresWhenALeaverIsFree() public {
        _chain(8);
        vm.prank(_id(7));
        ASC.requestLeave(BOND);                                                 // serves epoch 1, not epoch 2
        _to(47);
        eq(ASC.bond(7).exiting, BOND, "in the exit queue"); require(ASC.bond(7).status == BondStatus.EXITING, "leaving");
        require(_refusal(3, 1, 12, 7) == 0 && _refusal(3, 1, 12, 6) == 0, "not yet");
        uint256 state = vm.snapshotState();
        _run(Rlp.evidence(3, 1, 12, 7));                                        // 48: the last chance
        eq(_lost(7), BOND, "taken from the exit queue"); eq(ASC.bond(7).exiting, 0, "nothing waits");
        _run("");
        eq(REP.encumberedOf(_id(7)), 0, "gone"); eq(_lost(7), BOND, "with what was free");
        vm.revertToState(state);
        _run("");
        _run(bytes.concat(Rlp.evidence(3, 1, 12, 7), Rlp.evidence(3, 1, 12, 6)));    // 49 releases it
        eq(_lost(7) + _lost(6), 0, "expired");
        eq(REP.encumberedOf(_id(7)), 0, "released"); eq(JUDICIARY.escrowCount(), 0, "nothing waits");
        require(_refusal(3, 1, 12, 6) == "expired" && _refusal(3, 2, 18, 6) == 0, "by the epoch of the offence");
        require(_refusal(3, 1, 12, 7) == "left", "an empty slot");
    }

    // --- what is left of the offender

    function testFreeReputationPaysWhatTheBondCannot() public {
        _chain(8);
        _to(5);
        _run(Rlp.evidence(3, 0, 3, 1));
        eq(ASC.bond(1).rep, 0, "the bond"); eq(REP.freeOf(_id(1)), REP_EACH - BOND, "not what is free");
        _run(Rlp.evidence(3, 0, 4, 1));
        eq(REP.balanceOf(_id(1)), 0, "now all");
        _run(Rlp.evidence(3, 0, 5, 1));
        eq(JUDICIARY.escrowCount(), 2, "nothing to hold"); require(JUDICIARY.convicted(_id(1), 5, 3), "but convicted");
    }

    function testASlashTakesTheBondBeforeTheExitQueue() public {
        _chain(8);
        vm.prank(_id(1));
        ASC.requestLeave(400e18);
        _toEpoch(2);
        eq(ASC.bond(1).exiting, 400e18, "a part leaves");
        _run(Rlp.evidence(3, 0, 4, 1));
        eq(ASC.bond(1).rep, 0, "bond"); eq(ASC.bond(1).exiting, 0, "then the queue"); eq(REP.balanceOf(_id(1)), REP_EACH - BOND, "free REP stays");
        _run(Rlp.evidence(1, 0, 4, 2));
        eq(ASC.bond(2).rep, 900e18, "the bond first");
    }

    // --- escrow and bounty

    function testTheFinderIsPaidAtMaturity() public {
        _chain(8);
        _to(5);
        uint32 finder = _run(Rlp.evidence(3, 0, 4, 1));
        for (uint32 victim = 2; finder == 1; ++victim) finder = _run(Rlp.evidence(3, 0, 4, victim));
        uint256 id = JUDICIARY.escrowCount() - 1;
        IJudiciary.Escrow memory e = JUDICIARY.escrow(id);
        eq(e.amount, BOND, "amount"); eq(e.maturesAt, block.timestamp + 32, "slashDelay"); eq(e.kind, 3, "kind"); eq(e.height, 4, "height");
        require(e.finder == _id(finder) && e.finderSlot == finder && !e.settled, "finder");
        eq(REP.balanceOf(_id(finder)), REP_EACH, "not yet");
        uint64 due = height + 16;
        _to(due - 1);
        eq(REP.totalBurned(), 0, "nothing before");
        _to(due);
        eq(REP.balanceOf(_id(finder)), REP_EACH + BOND / 20, "a twentieth");
        eq(REP.totalBurned(), uint256(BOND) * 19 / 20 * (id + 1) + (id == 0 ? 0 : BOND / 20), "the rest burns");
        require(JUDICIARY.escrow(id).settled && JUDICIARY.escrow(id).identity == e.identity, "remembered");
        eq(JUDICIARY.escrowedTotal(), 0, "empty");
    }

    function testNobodyIsPaidForHisOwnConviction() public {
        _chain(4);
        _to(5);
        _nextBlock();
        uint32 producer = WORK.producerAt(height, 0);
        Rlp.Payload memory p = Rlp.none();
        p.evidence = Rlp.list(Rlp.evidence(1, 0, 5, producer));
        eq(_go(p), producer, "it carries it all the same");
        require(JUDICIARY.escrow(0).finder == address(0), "no bounty");
        _to(height + 16);
        eq(REP.balanceOf(_id(producer)), REP_EACH - BOND / 10, "nothing back"); eq(REP.totalBurned(), BOND / 10, "all burns");
    }

    function testAfterAGapNobodyIsKnownToHaveFoundIt() public {
        _chain(4);
        _to(5);
        height += 2;
        _nextBlock();
        Rlp.Payload memory p = Rlp.none();
        p.evidence = Rlp.list(Rlp.evidence(1, 0, 5, 1));
        _go(p);
        eq(_lost(1), BOND / 10, "slashed"); require(JUDICIARY.escrow(0).finder == address(0), "no bounty");
    }

    // --- jail

    function testJailTakesTheLeadAtOnceAndGivesItBack() public {
        _chain(4);
        _to(12);
        uint256 w = ASC.weightAt(1, 1);
        _run(Rlp.evidence(1, 0, 4, 1));
        eq(ASC.treeWeight(0, 1), 0, "leads no more"); eq(ASC.weightAt(1, 1), w, "votes as before (3.6)"); eq(ASC.weightAt(2, 1), w, "and in the bench that is fixed");
        eq(ASC.bond(1).jailedUntil, 10, "epochs 2 to 9");
        for (uint256 i; i < 66; ++i) require(_run("") != 1, "in jail");
        eq(_epochOf(height), 9, "the last of them"); eq(ASC.weightAt(9, 1), 900e18, "weight follows the bond");
        _toEpoch(10);
        eq(ASC.treeWeight(0, 1), 900e18, "free");
        uint256 led;
        for (uint256 i; i < 40; ++i) if (_run("") == 1) ++led;
        require(led > 0, "leads again");
    }

    function testADoubleVoteTwoIsOutUntilANewJoin() public {
        _chain(9);
        _to(5);
        vm.prank(_id(1));
        ASC.signal(800e18, "", "", 0);
        _run(Rlp.evidence(3, 0, 4, 1));
        Bond memory b = ASC.bond(1);
        require(b.status == BondStatus.INACTIVE && b.jailedUntil == type(uint64).max, "expelled");
        eq(b.rep, 800e18, "what was not due stays bonded"); eq(ASC.treeWeight(0, 1) + ASC.treeWeight(2, 1), 0, "no lead");
        require(!ASC.wantsReady(1), "no READY");
        vm.prank(_id(1));
        vm.expectRevert(IAvailability.Expelled.selector);
        ASC.signal(1e18, "", "", 0);
        _toEpoch(3);
        eq(ASC.weightAt(3, 1), 0, "out of the bench");
        vm.prank(_id(1));
        ASC.requestLeave(800e18);
        uint64 gone = height + 60;
        while (ASC.slotOf(_id(1)) != NO_SLOT && height < gone) _run("");
        eq(ASC.slotOf(_id(1)), NO_SLOT, "the bond has left");
        uint256 secret = _secret(1) + 1000;
        bytes32 digest = keccak256(abi.encodePacked(bytes2(0x1942), ASC.domain(), bytes1(0x0a), bytes20(0), _id(1)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secret, digest);
        vm.prank(_id(1));
        uint32 slot = ASC.signal(800e18, abi.encodePacked(vm.addr(secret)), abi.encodePacked(r, s, v - 27), _layer(_id(1), 0));
        eq(ASC.bond(slot).jailedUntil, 0, "a new join"); require(ASC.wantsReady(slot), "READY is wanted");
        _run(Rlp.evidence(3, _epochOf(height), height, slot));
        eq(JUDICIARY.escrowCount(), 1, "the new bond answers for no bench of the old one");
    }

    // --- E6

    function testTwoCertificatesConvictWhoSignedBothEightABlock() public {
        _chain(30);
        _to(5);
        bytes memory item = Rlp.fork(0, 4, hex"ffff3f", hex"fcff0f1f");         // slots 2 .. 19 in both
        _run(bytes.concat(Rlp.evidence(3, 0, 4, 2), item));
        eq(JUDICIARY.escrowCount(), 8, "eight in all"); eq(_lost(2), BOND, "E3 and E6 of a height are one conviction");
        _run(bytes.concat(item, item));
        eq(JUDICIARY.escrowCount(), 16, "eight more");
        _run(item);
        eq(JUDICIARY.escrowCount(), 18, "the rest");
        _run(item);
        eq(JUDICIARY.escrowCount(), 18, "nobody is left");
        for (uint256 i; i < 30; ++i) eq(_lost(i), i >= 2 && i < 20 ? BOND : 0, "who signed both");
        require(JUDICIARY.convicted(_id(19), 4, 3) && ASC.bond(19).jailedUntil == type(uint64).max, "as of E3");
    }

    // --- E8

    function _commit(uint32 slot, bytes32 salt) private view returns (bytes memory) {
        bytes32 commit = keccak256(abi.encodePacked(ASC.domain(), _epochOf(height), slot, salt));
        return Rlp.list(bytes.concat(Rlp.number(slot), Rlp.text(abi.encodePacked(commit)), hex"80"));
    }

    /// The next epoch in which these slots commit; `revealed` shows its salt. Up to the first block of the epoch after it.
    function _salts(uint32 from, uint32 to, uint32 revealed) private {
        _to((_epochOf(height) + 1) * LENGTH);
        _nextBlock();
        Rlp.Payload memory p = Rlp.none();
        bytes memory all;
        for (uint32 slot = from; slot < to; ++slot) all = bytes.concat(all, _commit(slot, bytes32(uint256(slot) + 1)));
        p.saltCommits = Rlp.list(all);
        _go(p);
        _to(height + 1);
        _nextBlock();
        p = Rlp.none();
        p.saltReveals = Rlp.list(Rlp.list(bytes.concat(Rlp.number(revealed), Rlp.text(abi.encodePacked(bytes32(uint256(revealed) + 1))))));
        _go(p);
        _to((_epochOf(height) + 1) * LENGTH + 1);
    }

    function testASaltThatIsNotRevealedCostsAndDoubles() public {
        _chain(8);
        _salts(1, 3, 1);
        eq(_lost(1), 0, "revealed");
        uint256 due = uint256(BOND) / 400;
        eq(_lost(2), due, "a quarter of a stake");
        require(JUDICIARY.escrow(0).finder == address(0) && JUDICIARY.escrow(0).kind == 8, "nobody carried it"); eq(ASC.bond(2).jailedUntil, 0, "no jail");
        (uint32 count, uint64 last) = JUDICIARY.saltMisses(_id(2));
        eq(count, 1, "count"); eq(last, 1, "epoch");
        _salts(1, 3, 1);
        (uint256 weight,,) = ASC.liability(3, 2);
        eq(weight, BOND, "its weight in epoch 3 was fixed before");
        eq(_lost(2), 3 * due, "twice as much");
        _toEpoch(11);
        uint256 before = _lost(2);
        _salts(1, 3, 1);
        (weight,,) = ASC.liability(12, 2);
        eq(_lost(2) - before, weight / 400, "older than U: forgotten");
    }

    function testManyMissedSaltsAreSlashedFourABlock() public {
        _chain(12);
        _salts(0, 11, 10);
        eq(JUDICIARY.escrowCount(), 4, "the first four"); eq(JUDICIARY.pendingSaltMisses(), 6, "six wait");
        _run("");
        eq(JUDICIARY.escrowCount(), 8, "eight");
        _run("");
        eq(JUDICIARY.escrowCount(), 10, "all"); eq(JUDICIARY.pendingSaltMisses(), 0, "none waits");
        for (uint256 i; i < 12; ++i) eq(_lost(i), i < 10 ? uint256(BOND) / 400 : 0, "who missed");
    }

    // --- who may call, and how much it may cost

    function testOnlyTheRightCallersAreHeard() public {
        _chain(4);
        vm.expectRevert();
        JUDICIARY.recordEvidence(hex"c0");
        vm.prank(Addresses.GENESIS_WORK, address(1));
        vm.expectRevert();
        JUDICIARY.recordEvidence(hex"c0");
        vm.expectRevert();
        JUDICIARY.missedSalts(0, 0, 1);
        vm.expectRevert();
        JUDICIARY.markConvicted(_id(0), 1, 3);
        vm.expectRevert();
        JUDICIARY.hold(_id(0), 0, 3, 1, 1, 0, 0, 0);
    }

    /// 2.9: whatever gas is left, the call comes back; what was not done can be carried again.
    function testFuzzShortGasPutsEvidenceOff(uint256 gas) public {
        _chain(12);
        _to(5);
        bytes memory list = Rlp.list(bytes.concat(Rlp.fork(0, 4, hex"0f", hex"0f"), Rlp.evidence(1, 0, 4, 5), Rlp.evidence(2, 0, 4, 6), Rlp.evidence(5, 0, 4, 7)));
        gas = 150_000 + gas % 6_000_000;
        vm.prank(Addresses.GENESIS_WORK, Addresses.SYSTEM);
        JUDICIARY.recordEvidence{gas: gas}(list);
        if (gas < 1_200_000) eq(JUDICIARY.escrowCount(), 0, "put off");
        if (gas > 5_500_000) eq(JUDICIARY.escrowCount(), 7, "all");
        eq(REP.custodyOf(Addresses.JUDICIARY), JUDICIARY.escrowedTotal(), "escrow");
    }
}
