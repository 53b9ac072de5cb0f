// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {IAvailability} from "./interfaces/IAvailability.sol";
import {IForum} from "./interfaces/IForum.sol";
import {IGovernance} from "./interfaces/IGovernance.sol";
import {IJudiciary} from "./interfaces/IJudiciary.sol";
import {IReputation} from "./interfaces/IReputation.sol";
import {IValidationPool} from "./interfaces/IValidationPool.sol";
import {IWork} from "./interfaces/IWork.sol";
import {BlockPool, PoolState, PoolTerms, VoteItem} from "./interfaces/Types.sol";
import {Addresses} from "./lib/Addresses.sol";
import {Bitmaps} from "./lib/Bitmaps.sol";
import {FixedPoint} from "./lib/FixedPoint.sol";
import {Parameters} from "./lib/Parameters.sol";
import {PoolMath} from "./lib/PoolMath.sol";
import {CreditJobs} from "./CreditJobs.sol";

/// Pools of blocks (section 5), one per good block: open in h+1, votes carried up to h+1+K, settled then.
contract ValidationPool is IValidationPool, CreditJobs {
    using Bitmaps for uint256[16];

    /// K + 1 <= 65 unsettled pools and 64 settled ones for the views, and one to spare.
    uint256 private constant RING = 130;
    /// More than ever existed of any coin's wei; what is above waits for the next block, so that 5.6 cannot overflow (2.9).
    uint256 private constant MAX_INCOME = 1 << 128;
    uint256 private constant MAX_REP = type(uint112).max;
    uint256 private constant SMALLEST_SALARY_SUPPLY = 1e18;
    /// One settleDue debits at most this many voters, less when gas is short; an AGAINST voter's bond costs as much as three absences. What is
    /// left goes on in the next block: a long list must never stop beginBlock (2.9).
    uint256 private constant SETTLE_BUDGET = 96;
    uint256 private constant AGAINST_COST = 3;
    uint256 private constant GAS_PER_ITEM = 45_000;
    uint256 private constant GAS_PER_CREDIT = 120_000;
    uint256 private constant MAX_SETTLED_PER_BLOCK = 2;

    uint8 private constant VOTE1_FOR = 2;
    uint8 private constant VOTE1_AGAINST = 3;
    uint8 private constant VOTE2 = 4;
    /// Kinds of `_votes`; `voteOf` answers one more.
    uint256 private constant FOR = 0;
    uint256 private constant LATE = 1;
    uint256 private constant AGAINST = 2;
    uint256 private constant VOTE_KINDS = 3;
    uint8 private constant AUTHORS = 0;
    uint8 private constant REJECTION_CERTIFICATE = 7;
    uint8 private constant CLAIM_POWER = 1;

    error AlreadyInitialized();
    error NotActiveWork();
    error NotJudiciary();
    error NotClaimant();
    error TransferFailed();

    modifier onlyWork() {
        if (tx.origin != Addresses.SYSTEM || msg.sender != IGovernance(Addresses.GOVERNANCE).activeWorkAt(uint64(block.number))) revert NotActiveWork();
        _;
    }

    function initialize(PoolTerms calldata genesisTerms) external {
        if (_initialized) revert AlreadyInitialized();
        _initialized = true;
        _accounted = address(this).balance;
        _books[0].terms = genesisTerms;
        _books[0].work = Addresses.GENESIS_WORK;
    }

    receive() external payable {}

    // --- (1) income and salary

    function takeIncome(uint64 height) external onlyWork returns (uint256 income) {
        uint256 before = _carriedIncome;
        income = FixedPoint.min(pendingIncome(), FixedPoint.sub(MAX_INCOME, before));
        _accounted += income;
        emit IncomeTaken(height, income);
        uint256 owed = before + income;
        if (owed == 0) return 0;
        uint256 left = owed - _paySalaryOfGrep(height, income);
        uint256 carried = REP.accrueSalary(height, left);
        if (carried != before) _carriedIncome = carried;
    }

    /// 6.5, once gREP is activated. Below one gREP in existence its share is REP's (5.6).
    function _paySalaryOfGrep(uint64 height, uint256 income) private returns (uint256 paid) {
        if (!IGovernance(Addresses.GOVERNANCE).grepActivated()) return 0;
        IReputation grep = IReputation(Addresses.GREP);
        if (grep.totalBalances() < SMALLEST_SALARY_SUPPLY) return 0;
        paid = income * IWork(msg.sender).parameter(Parameters.DEV_BUDGET_BPS) / FixedPoint.BPS;
        paid -= grep.accrueSalary(height, paid);
    }

    /// Effects before the call: `to` may do what it likes, even pay back in, which is income of a block like any transfer.
    function claimSalary(address identity, address payable to) external returns (uint256 amount) {
        if (msg.sender != identity && msg.sender != REP.delegateOf(identity, CLAIM_POWER)) revert NotClaimant();
        uint256 fromRep = REP.takeSalary(identity);
        uint256 fromGrep = IReputation(Addresses.GREP).takeSalary(identity);
        amount = fromRep + fromGrep;
        _accounted -= amount;
        emit SalaryPaid(identity, to, fromRep, fromGrep);
        (bool ok,) = to.call{value: amount}("");
        if (!ok) revert TransferFailed();
    }

    // --- (4)

    function startEpoch(uint64 epoch, PoolTerms calldata terms) external onlyWork {
        Book storage book = _books[epoch];
        if (book.work != address(0)) return;          // terms are frozen: the first WSC of an epoch sets them
        (book.terms, book.work) = (terms, msg.sender);
        if (_mintCount > 0) (_mean, _meanKnown) = (uint112(_mintSum / _mintCount), true);
        (_mintSum, _mintCount) = (0, 0);
    }

    // --- (5)

    function open(uint64 height, uint64 epoch, uint32 producer, uint256 income) external onlyWork {
        uint256 place = height % RING;
        Pool storage p = _pools[place];
        Book storage book = _books[epoch];
        if (p.state == PoolState.OPEN || book.work == address(0)) {
            emit ItemSkipped(height, "pool", 0, p.state == PoolState.OPEN ? bytes32("ring") : bytes32("terms"));
            return;
        }
        if (book.totalWeight == 0) _learnBench(book, epoch);
        PoolTerms storage t = book.terms;
        uint256 room = FixedPoint.sub(MAX_REP, REP.totalMinted() - REP.totalBurned());
        uint256 minted = PoolMath.minted(t.mintingRatio, income, REP.totalBalances(), room);
        if (minted > 0) REP.mint(minted);

        _clearBits(place, book.words);
        _pools[place] = Pool(height, 0, height + 1 + t.lateWindow, producer, PoolState.OPEN, Stage.WAITING, 0, uint112(minted - minted / 2),
            uint112(minted / 2), uint32(epoch), 0, 0, 0, 0, 0, income, 0);
        if (_head == 0) {
            _head = height;
            if (_accruing != epoch) _closeBook(_accruing);             // its last pool settled when safe mode had ended the row
            _accruing = epoch;
        } else _pools[_tail % RING].next = height;
        _tail = height;
        emit PoolOpened(height, epoch, producer, income, minted);
    }

    function _learnBench(Book storage book, uint64 epoch) private {
        book.totalWeight = uint112(FixedPoint.min(ASC.benchInfo(epoch).totalWeight, MAX_REP));
        uint256[16] memory members = Bitmaps.load(ASC.benchBitmap(epoch));
        for (uint256 i; i < 16; ++i) {
            if (members[i] == 0) continue;
            book.members[i] = members[i];
            book.words = uint8(i + 1);
        }
    }

    /// The former tenant of the ring entry may have had a longer bench.
    function _clearBits(uint256 place, uint256 words) private {
        uint256 former = _books[_pools[place].epoch].words;
        uint256 n = former > words ? former : words;
        for (uint256 kind; kind < VOTE_KINDS; ++kind) {
            uint256[16] storage bits = _bits(place, kind);
            for (uint256 i; i < n; ++i) if (bits[i] != 0) bits[i] = 0;
        }
    }

    // --- (6), (7)

    function carry(uint32 includer, bool parentCert, VoteItem calldata item) external onlyWork returns (bool used) {
        uint256 place = item.height % RING;
        Pool storage p = _pools[place];
        bytes32 refused;
        if (p.height != item.height || p.state != PoolState.OPEN || block.number > p.settlesAt) refused = "pool";
        else if (item.kind < VOTE1_FOR || item.kind > VOTE2) refused = "kind";
        else {
            bool late = block.number > item.height + 1;
            (uint256 weight, uint256 pay) = _carryBits(p, place, includer, late, item);
            if (weight > 0) {
                emit VotesCarried(item.height, item.kind, includer, weight, pay, late);
                return true;
            }
            refused = "nothing new";
        }
        emit ItemSkipped(uint64(block.number), parentCert ? bytes32("parentCert") : bytes32("votes"), item.height, refused);
    }

    function _carryBits(Pool storage p, uint256 place, uint32 includer, bool late, VoteItem calldata item) private returns (uint256 weight, uint256 pay) {
        Book storage book = _books[p.epoch];
        uint256[16] memory fresh = Bitmaps.words(item.bitmap);
        uint256[16] storage bits = _bits(place, item.kind == VOTE1_AGAINST ? AGAINST : late ? LATE : FOR);
        weight = _takeNew(book, p, place, fresh);
        if (weight == 0) return (0, 0);
        for (uint256 i; i < book.words; ++i) if (fresh[i] != 0) bits[i] |= fresh[i];
        if (item.kind == VOTE1_AGAINST) p.againstWeight += uint112(weight);
        else if (late) p.lateWeight += uint112(weight);
        else p.forWeight += uint112(weight);

        pay = PoolMath.includerPay(p.policingHalf, book.terms.includerBps, weight, book.totalWeight);
        if (pay > 0) {
            pay = _credit(includer, pay, "included");
            p.includerPaid += uint112(pay);
        }
    }

    /// Leaves in `fresh` the bits that count (members, covered by their bond (3.6), not carried yet) and weighs them, or the rest when that is shorter.
    function _takeNew(Book storage book, Pool storage p, uint256 place, uint256[16] memory fresh) private view returns (uint256) {
        uint256[16] memory thin = Bitmaps.load(ASC.thinBitmap(p.epoch));
        uint256[16] memory rest;
        uint256 counted;
        for (uint256 i; i < 16; ++i) {
            uint256 open_ = i < book.words ? book.members[i] & ~(_bits(place, FOR)[i] | _bits(place, LATE)[i] | _bits(place, AGAINST)[i]) : 0;
            fresh[i] &= open_ & ~thin[i];
            rest[i] = open_ & ~fresh[i];
            if (open_ != 0) counted += Bitmaps.count(fresh[i]) + 512 - Bitmaps.count(rest[i]);
            else counted += 512;
        }
        uint256 left = FixedPoint.sub(book.totalWeight, uint256(p.forWeight) + p.lateWeight + p.againstWeight);
        if (counted <= 512 * 16) return FixedPoint.min(ASC.weightOf(p.epoch, fresh.wire()), left);
        return FixedPoint.sub(left, ASC.weightOf(p.epoch, rest.wire()));
    }

    // --- (8)

    function settleDue(uint64 height) external onlyWork {
        uint256 budget = FixedPoint.min(SETTLE_BUDGET, AGAINST_COST + 2 + gasleft() / (2 * GAS_PER_ITEM));
        for (uint256 n; n < MAX_SETTLED_PER_BLOCK && _head != 0 && budget > 0; ++n) {
            Pool storage p = _pools[_head % RING];
            if (p.settlesAt > height) return;
            budget = _settle(p, budget);
        }
    }

    /// Three stages, each in slices: losing stakes are taken, everything is paid, the shares of the others are debited.
    function _settle(Pool storage p, uint256 budget) private returns (uint256) {
        uint256 place = p.height % RING;
        Book storage book = _books[p.epoch];
        if (p.stage == Stage.WAITING) p.stage = Stage.TAKING;
        if (p.stage == Stage.TAKING) {
            budget = _takeLosses(p, place, book, budget);
            if (budget == 0) return 0;
            _pay(p, book);
            (p.stage, p.cursor) = (Stage.DEBITING, 0);
        }
        budget = _debit(p, place, book, budget);
        if (budget == 0) return 0;

        p.state = PoolState.VALID;
        _mintSum += p.producerHalf + p.policingHalf;
        ++_mintCount;
        _head = p.next;
        if (_head != 0) {
            uint64 following = _pools[_head % RING].epoch;
            if (following != p.epoch) _closeBook(p.epoch);
            _accruing = following;
        }
        return budget;
    }

    /// AGAINST stakes come from the bond (5.4). 0 = the budget is spent, more is left.
    function _takeLosses(Pool storage p, uint256 place, Book storage book, uint256 budget) private returns (uint256) {
        PoolTerms storage t = book.terms;
        (uint64 epoch, uint256 cursor) = (p.epoch, p.cursor);
        for (uint256 i = cursor >> 8; i < book.words; ++i) {
            uint256 bits = _from(_bits(place, AGAINST)[i], i, cursor);
            for (; bits != 0; bits &= bits - 1) {
                uint256 slot = i * 256 + Bitmaps.lowest(bits);
                if (budget <= AGAINST_COST) {
                    p.cursor = uint16(slot);
                    return 0;
                }
                budget -= AGAINST_COST;
                uint256 stake = ASC.weightAt(epoch, uint32(slot)) * t.stakeBps * t.bindingBps / (FixedPoint.BPS * FixedPoint.BPS);
                p.lost += uint112(ASC.reduceBond(uint32(slot), stake, "against", false));
            }
        }
        return budget;
    }

    /// 5.4 for all money of the pool; afterwards nothing is left in its custody but what `pendingVote` counts.
    function _pay(Pool storage p, Book storage book) private {
        PoolTerms memory t = book.terms;
        (uint256 ofProducer, uint256 ofAuthors) = _payProducer(p, t);
        uint256 orphaned = p.producerHalf - ofProducer - ofAuthors;
        bool toWinners = t.absentShare == PoolMath.WINNERS;
        PoolMath.Outcome memory o = PoolMath.settle(t, p.policingHalf, p.lost, toWinners ? orphaned : 0, p.includerPaid, p.forWeight, p.lateWeight,
            book.totalWeight);
        uint256 rest = o.rest + (toWinners ? 0 : orphaned);
        if (t.absentShare == AUTHORS) ofAuthors += rest;
        else if (rest > 0) REP.burn(rest, "absent");
        if (ofAuthors > 0) {
            IForum(Addresses.FORUM).accrueAuthors(book.work, REP.moveCustody(Addresses.FORUM, ofAuthors));
        }
        if (o.voterPay > 0) {
            p.rateX128 = o.rateX128;
            book.accX128 += o.rateX128;
            book.reserved += uint112(o.voterPay);
            _pendingVote += o.voterPay;
        }
        emit PoolSettled(p.height, true, ofProducer, o.voterPay, p.includerPaid, rest, p.lost);
    }

    function _payProducer(Pool storage p, PoolTerms memory t) private returns (uint256 toProducer, uint256 toAuthors) {
        address identity = _identityOf(p.producer);
        if (identity == address(0) || p.producerHalf == 0) return (0, 0);
        toAuthors = uint256(p.producerHalf) * t.authorSharePpm / 1e6;
        toProducer = REP.credit(identity, p.producer, p.producerHalf - toAuthors, "produced");
        IForum(Addresses.FORUM).creditBlockPost(p.epoch, identity, toProducer);
    }

    /// Whoever did not vote FOR in time: `accX128` grew for all of the bench.
    function _debit(Pool storage p, uint256 place, Book storage book, uint256 budget) private returns (uint256) {
        uint256 rate = p.rateX128;
        uint256 cursor = p.cursor;
        uint256[16] memory absent;
        for (uint256 i = cursor >> 8; i < book.words && budget > 0; ++i) {
            uint256 bits = _from(book.members[i] & ~_bits(place, FOR)[i], i, cursor);
            uint256 rest = _without(bits, budget - 1);
            bits &= ~rest;
            budget = rest == 0 ? budget - Bitmaps.count(bits) : 0;
            if (rest != 0) p.cursor = uint16(i * 256 + Bitmaps.lowest(rest));
            uint256 late = _bits(place, LATE)[i];
            absent[i] = bits & ~(late | _bits(place, AGAINST)[i]);
            if (rate == 0) continue;
            _debitBits(book, i * 256, bits & late, PoolMath.lateDebit(rate, book.terms.lateShareBps));
            _debitBits(book, i * 256, bits & ~late, rate);
        }
        ASC.recordAbsences(p.epoch, absent.wire());
        return budget;
    }

    function _debitBits(Book storage book, uint256 base, uint256 bits, uint256 due) private {
        if (due == 0) return;
        for (; bits != 0; bits &= bits - 1) book.debitX128[base + Bitmaps.lowest(bits)] += due;
    }

    /// `bits` less its `n` lowest ones.
    function _without(uint256 bits, uint256 n) private pure returns (uint256) {
        for (; n > 0 && bits != 0; --n) bits &= bits - 1;
        return bits;
    }

    function _bits(uint256 place, uint256 kind) private view returns (uint256[16] storage) { return _votes[VOTE_KINDS * place + kind]; }

    /// Bits of word `i` from `cursor` on.
    function _from(uint256 bits, uint256 i, uint256 cursor) private pure returns (uint256) {
        return i == cursor >> 8 ? (bits >> (cursor & 255)) << (cursor & 255) : bits;
    }

    // --- (10)

    struct Rejected {
        uint64 height; uint64 epoch; uint32 producer; uint32 round; bytes32 blockHash; uint64 maturesAt; uint256 voterBps; uint256 voterCap;
        address identity; uint256 weight;   // of the producer; of the AGAINST voters
    }

    function reject(uint64 rejectedHeight, uint64 epoch, uint32 producer, uint32 round, bytes32 blockHash, bytes calldata against, uint64 maturesAt,
        uint256 voterBps, uint256 voterCap) external onlyWork returns (bool used)
    {
        Rejected memory r = Rejected(rejectedHeight, epoch, producer, round, blockHash, maturesAt, voterBps, voterCap, _identityOf(producer), 0);
        bytes32 refused = _reject(r, against);
        if (refused != 0) emit ItemSkipped(uint64(block.number), "rejections", r.height, refused);
        return refused == 0;
    }

    function _reject(Rejected memory r, bytes calldata against) private returns (bytes32 refused) {
        if (_rejected[r.blockHash]) return "known";
        if (!_isRecent(r.epoch)) return "epoch";
        if (r.identity == address(0)) return "producer";
        (uint256[16] memory bits, uint256[] memory weights, uint256 sum) = _weigh(r.epoch, against);
        if (3 * sum <= 2 * ASC.benchInfo(r.epoch).totalWeight) return "quorum";
        if (!IJudiciary(Addresses.JUDICIARY).markConvicted(r.identity, r.height, REJECTION_CERTIFICATE)) return "convicted";

        _rejected[r.blockHash] = true;
        r.weight = sum;
        _escrowSlash(r, _newRejectionJob(r.epoch, bits, weights, sum));
    }

    /// 5.5: the whole bond and what is on its way out.
    function _escrowSlash(Rejected memory r, uint256 job) private {
        uint256 slashed = ASC.reduceBond(r.producer, MAX_REP, "rejected", false);
        emit BlockRejected(r.height, r.blockHash, r.producer, r.round, r.weight, slashed);
        uint256 cap = r.voterCap * (r.weight * _books[r.epoch].terms.stakeBps / FixedPoint.BPS);
        uint112 toVoters = uint112(FixedPoint.min(slashed * r.voterBps / FixedPoint.BPS, cap));
        REP.moveCustody(Addresses.JUDICIARY, slashed);
        IJudiciary(Addresses.JUDICIARY).hold(r.identity, r.producer, REJECTION_CERTIFICATE, r.height, uint112(slashed), toVoters, job, r.maturesAt);
    }

    /// Epochs whose weights the ASC still knows for certain.
    function _isRecent(uint64 epoch) private view returns (bool) {
        uint64 current = IGovernance(Addresses.GOVERNANCE).currentEpoch();
        return epoch <= current && epoch + 1 >= current;
    }

    // --- (12)

    function creditSlices(uint256 max) external onlyWork { _creditSlices(FixedPoint.min(max, gasleft() / GAS_PER_CREDIT)); }

    function fundJob(uint256 job, uint256 amount) external {
        if (msg.sender != Addresses.JUDICIARY) revert NotJudiciary();
        _fund(job, amount);
    }

    // --- views

    function accounted() external view returns (uint256) { return _accounted; }
    function pendingIncome() public view returns (uint256) { return FixedPoint.sub(address(this).balance, _accounted); }
    function nextToSettle() external view returns (uint64) { return _head; }
    function termsOf(uint64 epoch) external view returns (PoolTerms memory) { return _books[epoch].terms; }
    function accVoteX128(uint64 epoch) external view returns (uint256) { return _books[epoch].accX128; }
    function pendingVote() external view returns (uint256) { return _pendingVote; }
    function isRejected(bytes32 blockHash) external view returns (bool) { return _rejected[blockHash]; }

    function averageMint() external view returns (uint256) {
        return _meanKnown ? _mean : _mintCount == 0 ? 0 : _mintSum / _mintCount;
    }

    function pool(uint64 height) external view returns (BlockPool memory b) {
        Pool storage p = _pools[height % RING];
        if (p.height != height || p.state == PoolState.NONE) return b;
        return BlockPool(p.state, p.height, p.epoch, p.producer, p.producerHalf, p.policingHalf, p.income, _books[p.epoch].totalWeight, p.forWeight,
            p.lateWeight, p.againstWeight, p.settlesAt);
    }

    function voteOf(uint64 height, uint32 slot) external view returns (uint8) {
        uint256 place = height % RING;
        Pool storage p = _pools[place];
        if (p.height != height || p.state != PoolState.OPEN || slot >= Parameters.MAX_SLOTS) return 0;
        for (uint8 kind; kind < VOTE_KINDS; ++kind) if (_has(_bits(place, kind), slot)) return kind + 1;
        return 0;
    }
}
