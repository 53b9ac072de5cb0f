// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {Defaults} from "./Defaults.sol";
import {PoolWorld} from "./PoolWorld.sol";
import {Judiciary} from "../Judiciary.sol";
import {ValidationPool} from "../ValidationPool.sol";
import {IJudiciary} from "../interfaces/IJudiciary.sol";
import {PoolState, PoolTerms} from "../interfaces/Types.sol";
import {Addresses} from "../lib/Addresses.sol";

contract Spender {
    receive() external payable {
        // pays back in while it is being paid: income of the block, no more
        (bool ok,) = Addresses.VALIDATION_POOL.call{value: msg.value / 2}("");
        require(ok, "back");
    }
    function claim() external returns (uint256) { return ValidationPool(Addresses.VALIDATION_POOL).claimSalary(address(this), payable(this)); }
}

contract ValidationPoolTest is PoolWorld {
    uint256 private constant BENCH = 4;

    function setUp() public {
        _install(Defaults.terms());
        ASC.mint(1 << 100);
    }

    function _four() private {
        for (uint32 s; s < BENCH; ++s) _member(s, 1000e18, 400e18, 400e18);
    }

    modifier work() {
        vm.startPrank(Addresses.GENESIS_WORK, Addresses.SYSTEM);
        _;
        vm.stopPrank();
    }

    function _block(uint64 h, uint256 income, uint256 votes) private work {
        vm.roll(h);
        vm.warp(1000 + 2 * h);
        _income(income);
        uint256 d = POOL.takeIncome(h - 1);
        (uint64 epoch, uint64 position) = GOVERNANCE.epochAt(h);
        if (position == 0) POOL.startEpoch(epoch, Defaults.terms());
        if (h > 1) {
            POOL.open(h - 1, position == 0 ? epoch - 1 : epoch, 0, d);
            POOL.carry(1, true, _vote(h - 1, 4, votes));
        }
        POOL.settleDue(h);
    }

    /// Salaries floor per identity: one wei less than the even share.
    function _oneWeiBelow(uint256 actual, uint256 share, string memory what) private pure { eq(actual, share - 1, what); }

    // --- income (2.3, 5.6)

    function testClaimsLargerThanTheBlocksIncome() public {
        _four();
        _block(1, 0, 0);
        _block(2, 100 ether, 15);
        address alice = _id(2);
        vm.prank(alice);
        _oneWeiBelow(POOL.claimSalary(alice, payable(alice)), 25 ether, "a quarter");
        _income(1 ether);
        vm.startPrank(Addresses.GENESIS_WORK, Addresses.SYSTEM);
        eq(POOL.pendingIncome(), 1 ether, "the claim is no negative income");
        vm.roll(3);
        eq(POOL.takeIncome(2), 1 ether, "D");
        eq(POOL.accounted(), Addresses.VALIDATION_POOL.balance, "accounted");
    }

    function testMoneyPaidBackDuringAClaimIsIncome() public {
        Spender spender = new Spender();
        ASC.genesis(0, address(spender), 1000e18, 0);
        _block(1, 0, 0);
        _block(2, 10 ether, 0);
        _oneWeiBelow(spender.claim(), 10 ether, "claim");
        eq(POOL.pendingIncome(), 5 ether - 1, "income of this block");
        eq(REP.unpaidSalary(address(spender)), 0, "once");
    }

    function testOnlyTheIdentityOrItsClaimDelegateClaims() public {
        _four();
        _block(1, 0, 0);
        _block(2, 4 ether, 0);
        vm.expectRevert(ValidationPool.NotClaimant.selector);
        POOL.claimSalary(_id(1), payable(address(7)));
        vm.prank(_id(1));
        REP.setDelegate(1, address(this));
        _oneWeiBelow(POOL.claimSalary(_id(1), payable(address(7))), 1 ether, "delegate");
        eq(address(7).balance, 1 ether - 1, "where it says");
    }

    function testIncomeWithoutSupplyIsCarried() public {
        _block(1, 0, 0);
        _block(2, 3 ether, 0);
        eq(POOL.pool(1).policingHalf, 0, "nothing to mint");
        eq(REP.totalUnpaid(), 0, "nobody to pay");
        _four();
        _block(3, 1 ether, 15);
        eq(REP.totalUnpaid(), 4 ether, "both");
        eq(POOL.pool(2).income, 1 ether, "D of a pool is its own block's");
    }

    function testHugeIncomeIsTakenInParts() public {
        _four();
        _block(1, 0, 0);
        _block(2, 1 << 130, 15);
        eq(POOL.accounted(), 1 << 128, "a block's most");
        eq(POOL.pendingIncome(), (1 << 130) - (1 << 128), "the rest");
        _block(3, 0, 15);
        _block(4, 0, 15);
        _block(5, 0, 15);
        eq(POOL.pendingIncome(), 0, "all");
        eq(REP.totalUnpaid(), 1 << 130, "salary");
        eq(POOL.pool(1).producerHalf, 4000e18 / 2048, "mint is capped by supply (5.1)");
    }

    // --- votes (5.3)

    function testABitCountsOnceAndTheFirstItemWins() public {
        _four();
        _block(1, 0, 0);
        _block(2, 1 ether, 1);
        vm.startPrank(Addresses.GENESIS_WORK, Addresses.SYSTEM);
        require(POOL.carry(1, false, _vote(1, 3, 3)), "slot 1 is new");
        require(!POOL.carry(1, false, _vote(1, 3, 3)), "nothing is");
        require(!POOL.carry(1, false, _vote(1, 4, 16)), "outside the bench");
        require(!POOL.carry(1, false, _vote(1, 5, 8)), "no such vote");
        eq(POOL.voteOf(1, 0), 1, "for"); eq(POOL.voteOf(1, 1), 3, "against"); eq(POOL.voteOf(1, 2), 0, "absent");
        vm.roll(3);
        require(POOL.carry(2, false, _vote(1, 2, 7)), "late");
        eq(POOL.voteOf(1, 2), 2, "late for");
        eq(POOL.pool(1).forWeight, 400e18, "for"); eq(POOL.pool(1).lateWeight, 400e18, "late"); eq(POOL.pool(1).againstWeight, 400e18, "against");
        vm.roll(7);
        require(!POOL.carry(2, false, _vote(1, 2, 8)), "K is over");
    }

    function testThinBondsCountAsAbsent() public {
        _four();
        ASC.setThin(0, hex"02");
        _block(1, 0, 0);
        _block(2, 1 ether, 15);
        eq(POOL.pool(1).forWeight, 1200e18, "without slot 1");
        eq(POOL.voteOf(1, 1), 0, "absent");
    }

    function testTermsAreFrozenWhenTheEpochStarts() public work {
        PoolTerms memory t = Defaults.terms();
        POOL.startEpoch(1, t);
        t.stakeBps = 7;
        POOL.startEpoch(1, t);
        eq(POOL.termsOf(1).stakeBps, 100, "the first stay");
    }

    // --- settlement

    /// 2.9: two hundred dust bonds are absent and fifty against: it takes several blocks, the money moves once, nobody is counted twice.
    function testLongListsAreSettledInSlices() public {
        _member(0, 1000e18, 900e18, 900e18);
        for (uint32 s = 1; s < 250; ++s) _member(s, 1e18, 1e18, 1e18);
        _block(1, 0, 0);
        _block(2, 1 ether, 1);
        uint256 against = ((uint256(1) << 50) - 1) << 100;
        vm.prank(Addresses.GENESIS_WORK, Addresses.SYSTEM);
        POOL.carry(1, false, _vote(1, 3, against));
        uint64 h = 3;
        for (; POOL.nextToSettle() == 1; ++h) {
            if (h >= 6) require(POOL.nextToSettle() == 1, "order");
            _block(h, 0, (uint256(1) << 250) - 1);
        }
        require(h > 8 && h < 14, "several blocks");
        require(POOL.pool(1).state == PoolState.VALID, "settled");
        for (uint32 s = 1; s < 250; ++s) {
            eq(ASC.absences(0, s), (s < 100 || s >= 150) ? 1 : 0, "absent once");
            eq(ASC.bondOf(s), (s < 100 || s >= 150) ? 1e18 : 0.99e18, "against lost its stake once");
        }
        require(REP.custodyOf(Addresses.VALIDATION_POOL) >= POOL.pendingVote(), "custody");
    }

    function testAverageMintOfTheLastEpoch() public {
        _four();
        _block(1, 0, 0);
        eq(POOL.averageMint(), 0, "none yet");
        for (uint64 h = 2; h <= EPOCH; ++h) _block(h, h == 2 ? 1 ether : 0, 15);
        uint256 minted = 4000e18 / 1024 < 1e18 ? 4000e18 / 1024 : 1e18;
        eq(POOL.averageMint(), minted / 3, "three pools settled in this epoch");
        _block(EPOCH + 1, 0, 15);
        eq(POOL.averageMint(), minted / 3, "the closed epoch's mean");
    }

    function testWhoIsTouchedIsPaidBeforeTheSlice() public {
        _four();
        _block(1, 0, 0);
        for (uint64 h = 2; h <= EPOCH + 6; ++h) _block(h, 1 ether, 15);
        (uint256 first,) = POOL.creditQueue();
        require(first != 0, "the job of epoch 0 waits");
        uint256 due = POOL.pendingVotePay(3);
        uint256 before = REP.balanceOf(_id(3));
        uint256 pendingBefore = POOL.pendingVote();
        POOL.creditSlot(3);
        uint256 paid = REP.balanceOf(_id(3)) - before;
        require(paid > 0, "paid");
        eq(POOL.pendingVotePay(3), due - paid, "the open epoch is still pending");
        eq(POOL.pendingVote(), pendingBefore - paid, "pendingVote");
        POOL.creditSlot(3);
        eq(REP.balanceOf(_id(3)), before + paid, "once");
        vm.prank(Addresses.GENESIS_WORK, Addresses.SYSTEM);
        POOL.creditSlices(32);
        eq(REP.balanceOf(_id(3)), before + paid, "nor by the slice");
        require(REP.balanceOf(_id(2)) > 1000e18, "the others by the slice");
    }

    // --- rejection (5.5) and escrow (7.2)

    function _reject(uint64 height, uint64 epoch, uint32 producer, bytes32 hash, uint256 set, uint64 maturesAt, uint256 bps, uint256 cap)
        private work returns (bool)
    {
        return POOL.reject(height, epoch, producer, 0, hash, _bits(set), maturesAt, bps, cap);
    }

    function testRejectedProducersBondWaitsInEscrow() public {
        _four();
        ASC.setExiting(3, 5e18);
        vm.roll(2);
        require(_reject(2, 0, 3, "hash", 7, 2000, 5000, 10), "used");
        require(POOL.isRejected("hash"), "hash");
        eq(ASC.bondOf(3), 0, "bond"); eq(ASC.exitingOf(3), 0, "exit queue");
        IJudiciary.Escrow memory e = JUDICIARY.escrow(0);
        eq(e.amount, 405e18, "both, nothing of the free REP");
        require(e.identity == _id(3), "escrow");
        eq(e.toVoters, 120e18, "ten times 1 % of 1200");
        eq(REP.custodyOf(Addresses.JUDICIARY), JUDICIARY.escrowedTotal(), "custody");
        require(JUDICIARY.convicted(_id(3), 2, 7), "convicted");

        require(!_reject(2, 0, 3, "hash", 7, 2000, 5000, 10), "the same block");
        require(!_reject(2, 0, 3, "other", 7, 2000, 5000, 10), "the same height");
        eq(JUDICIARY.escrowCount(), 1, "one");

        vm.warp(1999);
        vm.prank(Addresses.GENESIS_WORK, Addresses.SYSTEM);
        eq(JUDICIARY.settleMatured(8), 0, "not yet");
        vm.warp(2000);
        vm.startPrank(Addresses.GENESIS_WORK, Addresses.SYSTEM);
        eq(JUDICIARY.settleMatured(8), 1, "matured");
        eq(POOL.pendingVote(), 120e18, "payable");
        uint256 burnedBefore = REP.totalBurned();
        uint256 share = uint256(120e18) * ((uint256(1) << 32) / 3) >> 32;
        eq(POOL.pendingVotePay(1), share, "a third");
        POOL.creditSlices(32);
        POOL.creditSlices(32);
        for (uint256 s; s < 3; ++s) eq(REP.balanceOf(_id(s)), 1000e18 + share, "third");
        eq(REP.totalBurned() - burnedBefore, 120e18 - 3 * share, "dust");
        eq(POOL.pendingVote() + REP.custodyOf(Addresses.VALIDATION_POOL) + REP.custodyOf(Addresses.JUDICIARY), 0, "nothing stays");
    }

    function testUnusableRejectionsChangeNothing() public {
        _four();
        vm.roll(2 * EPOCH + 1);             // epoch 2
        require(!_reject(3, 0, 3, "old", 7, 2000, 5000, 10), "epoch 0 is forgotten");
        require(!_reject(3, 3, 3, "future", 7, 2000, 5000, 10), "epoch 3 is to come");
        require(!_reject(3, 2, 9, "nobody", 7, 2000, 5000, 10), "no bond");
        require(!_reject(3, 2, NO_SLOT, "nobody", 7, 2000, 5000, 10), "no slot");
        ASC.setWeight(2, 3, 800e18);        // now 1200 of 2000
        require(!_reject(3, 2, 3, "few", 7, 2000, 5000, 10), "no quorum");
        require(!_reject(3, 2, 3, "none", 0, 2000, 5000, 10), "no votes");
        eq(JUDICIARY.escrowCount(), 0, "no escrow");
        eq(ASC.bondOf(3), 400e18, "no slash");
        require(_reject(3, 1, 3, "last epoch", 7, 2000, 5000, 10), "epoch 1 counts");
    }

    function testModulesListenToTheirCallersOnly() public {
        vm.expectRevert(ValidationPool.NotActiveWork.selector);
        POOL.takeIncome(0);
        vm.prank(Addresses.GENESIS_WORK, address(1));
        vm.expectRevert(ValidationPool.NotActiveWork.selector);
        POOL.settleDue(1);
        vm.expectRevert(ValidationPool.NotJudiciary.selector);
        POOL.fundJob(1, 1);
        vm.expectRevert(Judiciary.NotValidationPool.selector);
        JUDICIARY.markConvicted(_id(0), 1, 7);
        vm.expectRevert(Judiciary.NotActiveWork.selector);
        JUDICIARY.settleMatured(1);
        vm.expectRevert();
        FORUM.accrueAuthors(_id(0), 1);
        vm.expectRevert(ValidationPool.AlreadyInitialized.selector);
        POOL.initialize(Defaults.terms());
    }
}
