// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

/// Numbers of the Work contract's parameters (6.4). A parameter is one uint256; ids never change meaning, new ones are appended.
/// `unit` = how far a proposal may move a value that is below it. min/max = hard bounds of the contract, stronger than any vote.
/// [e] = frozen per epoch in VPSC (`PoolTerms`): pools use the terms of the epoch of their own block (2.7 step 5).
///
///  id name               unit       public      devnet   min        max     rule
///  0  epochLength        blocks     64          16       8          4096    3.1   re-anchors the clock at an epoch start
///  1  minBlockInterval   s          2           1        1          60      2.6
///  2  gasLimit           gas        36,000,000  =        2*sysGas   2^32    2.5a
///  3  systemGasLimit     gas        10,000,000  =        2,000,000  2^24    2.4
///  4  blockReward        gwei       0           0        0          1e12    2.2   new $ per block; 1e12 gwei = 1000 coins
///  5  mintingRatio [e]   REP wei per 1e18 $ wei 1e18 =   0          1e24    5.1
///  6  stakeBps [e]       bp of w    100         =        1          1000    5.2   sigma; sigma*(K+1) <= 10000 is enforced
///  7  lateWindow [e]     blocks     4           =        1          64      5.3   K
///  8  includerBps [e]    bp         200         =        0          1000    5.3
///  9  lateShareBps [e]   bp         7500        =        0          10000   5.3
/// 10  bindingBps [e]     bp         10000       =        0          10000   5.4   bindingPercent
/// 11  absentShare [e]    enum       0           =        0          2       5.4   0 authors, 1 burn, 2 winners
/// 12  missPenaltyBps     bp of avg  10000       =        0          50000   5.10  of half an average block's REP
/// 13  maxMisses          turns      3           =        1          32      5.10  in a row, then inactive until READY
/// 14  participationBps   bp         5000        =        0          9000    5.11
/// 15  selectionMode      enum       0           =        0          1       4.1   0 weighted, 1 bag
/// 16  benchMode          enum       0           0        0          0       3.4   0 all vote; 1, a committee, is out of bounds
/// 17  maxVoters          bonds      200         =        1          1024    3.5
/// 18  committeeSeats     seats      512         =        64         4096    3.5
/// 19  minBond            REP wei    T0/4096     =        1          2^112   3.3   set by initialize
/// 20  maxBonds           bonds      1024        =        1          1024    3.3
/// 21  joinsPerEpoch      bonds      16          =        1          16      3.3
/// 22  leavesPerEpoch     bonds      16          =        1          16      3.3
/// 23  churnDivisor       1/W        16          =        4          1024    3.3   W/16 each way
/// 24  inactivityDivisor  1/W        4           =        4          1024    3.3   W/4 by inactivity
/// 25  unbondingTime      s          1,209,600   64       16         2^25    3.3   U; devnet = 4 epochs of 16 s
/// 26  unbondingEpochs    epochs     4           =        4          65536   3.3
/// 27  timerBase          ms         4000        1000     100        60000   4.8   T0
/// 28  timerBackoffBps    bp         15000       =        10000      30000   4.8
/// 29  timerCap           x T0       8           =        1          64      4.8
/// 30  slashDelay         s          604,800     32       16         2^25    7.2   devnet = 2 epochs of 16 s
/// 31  invalidVoterBps    bp         5000        =        0          5000    5.5   of the slash to AGAINST voters
/// 32  invalidVoterCap    x stake    10          =        0          100     5.5
/// 33  onionLayers        layers     65,536      =        1024       2^24    8.1
/// 34  onionRenewBelow    layers     8192        =        64         2^20    8.1
/// 35  maxUnopened        layers     32          =        1          63      8.1
/// 36  saltExclusion      epochs     8           =        0          64      8.2
/// 37  jailEpochs         epochs     8           =        1          256     7.1
/// 38  authorSharePpm     ppm        100,000     =        0          500,000 6.3   of the producer's half
/// 39  devBudgetBps       bp of D    0           =        0          5000    6.5   needs gREP activated
/// 40  governanceTaxBps   bp         0           =        0          5000    6.5
/// 41  attestationTime    s          604,800     32       16         2^25    6.2
/// 42  upgradeDelay       s          604,800     32       16         2^25    6.4
/// 43  openPoolMintDivisor 1/supply  4096        =        1024       2^32    5.9
library Parameters {
    uint256 internal constant EPOCH_LENGTH = 0;
    uint256 internal constant MIN_BLOCK_INTERVAL = 1;
    uint256 internal constant GAS_LIMIT = 2;
    uint256 internal constant SYSTEM_GAS_LIMIT = 3;
    uint256 internal constant BLOCK_REWARD = 4;
    uint256 internal constant MINTING_RATIO = 5;
    uint256 internal constant STAKE_BPS = 6;
    uint256 internal constant LATE_WINDOW = 7;
    uint256 internal constant INCLUDER_BPS = 8;
    uint256 internal constant LATE_SHARE_BPS = 9;
    uint256 internal constant BINDING_BPS = 10;
    uint256 internal constant ABSENT_SHARE = 11;
    uint256 internal constant MISS_PENALTY_BPS = 12;
    uint256 internal constant MAX_MISSES = 13;
    uint256 internal constant PARTICIPATION_BPS = 14;
    uint256 internal constant SELECTION_MODE = 15;
    uint256 internal constant BENCH_MODE = 16;
    uint256 internal constant MAX_VOTERS = 17;
    uint256 internal constant COMMITTEE_SEATS = 18;
    uint256 internal constant MIN_BOND = 19;
    uint256 internal constant MAX_BONDS = 20;
    uint256 internal constant JOINS_PER_EPOCH = 21;
    uint256 internal constant LEAVES_PER_EPOCH = 22;
    uint256 internal constant CHURN_DIVISOR = 23;
    uint256 internal constant INACTIVITY_DIVISOR = 24;
    uint256 internal constant UNBONDING_TIME = 25;
    uint256 internal constant UNBONDING_EPOCHS = 26;
    uint256 internal constant TIMER_BASE = 27;
    uint256 internal constant TIMER_BACKOFF_BPS = 28;
    uint256 internal constant TIMER_CAP = 29;
    uint256 internal constant SLASH_DELAY = 30;
    uint256 internal constant INVALID_VOTER_BPS = 31;
    uint256 internal constant INVALID_VOTER_CAP = 32;
    uint256 internal constant ONION_LAYERS = 33;
    uint256 internal constant ONION_RENEW_BELOW = 34;
    uint256 internal constant MAX_UNOPENED = 35;
    uint256 internal constant SALT_EXCLUSION = 36;
    uint256 internal constant JAIL_EPOCHS = 37;
    uint256 internal constant AUTHOR_SHARE_PPM = 38;
    uint256 internal constant DEV_BUDGET_BPS = 39;
    uint256 internal constant GOVERNANCE_TAX_BPS = 40;
    uint256 internal constant ATTESTATION_TIME = 41;
    uint256 internal constant UPGRADE_DELAY = 42;
    uint256 internal constant OPEN_POOL_MINT_DIVISOR = 43;
    uint256 internal constant COUNT = 44;

    /// Not parameters: fixed by the node's caps and by the gas budget (2.5, 2.7, 2.9).
    uint256 internal constant MAX_SLOTS = 4096;
    uint256 internal constant MAX_COUNTED_ROUNDS = 32;
    uint256 internal constant MAX_EVIDENCE = 4;
    uint256 internal constant MAX_REJECTIONS = 2;
    uint256 internal constant MAX_READY = 16;
    uint256 internal constant MAX_SALT_ITEMS = 128;
    uint256 internal constant MAX_HASHES = 64;
    uint256 internal constant ESCROWS_PER_BLOCK = 8;
    uint256 internal constant EXITS_PER_BLOCK = 16;
    uint256 internal constant CREDITS_PER_BLOCK = 32;
    uint256 internal constant DEACTIVATIONS_PER_EPOCH = 16;
    uint256 internal constant SAFE_MODE_LIMIT = 64;
    uint32 internal constant NO_SLOT = type(uint32).max;
}
