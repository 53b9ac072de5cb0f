// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {FixedPoint} from "./FixedPoint.sol";
import {Parameters as P} from "./Parameters.sol";

/// Hard bounds of the parameters (the table in Parameters.sol), the step 6.4 allows, and the rules that tie two parameters together.
library ParameterBounds {
    uint256 private constant REP = 1e18;

    /// `unit`: a value below it may be set to anything up to it (6.4). Enumerations move freely.
    function limits(uint256 id) internal pure returns (uint256 min, uint256 max, uint256 unit, bool isChoice) {
        if (id == P.EPOCH_LENGTH) return (8, 4096, 16, false);
        if (id == P.MIN_BLOCK_INTERVAL) return (1, 60, 2, false);
        if (id == P.GAS_LIMIT) return (4_000_000, 1 << 32, 30_000_000, false);
        if (id == P.SYSTEM_GAS_LIMIT) return (2_000_000, 1 << 24, 2_000_000, false);
        if (id == P.BLOCK_REWARD) return (0, 1e12, 1e9, false);
        if (id == P.MINTING_RATIO) return (0, 1e24, 1e15, false);
        if (id == P.STAKE_BPS) return (1, 1000, 10, false);
        if (id == P.LATE_WINDOW) return (1, 64, 2, false);
        if (id == P.INCLUDER_BPS) return (0, 1000, 50, false);
        if (id == P.LATE_SHARE_BPS) return (0, 10_000, 1000, false);
        if (id == P.BINDING_BPS) return (0, 10_000, 1000, false);
        if (id == P.ABSENT_SHARE) return (0, 2, 0, true);
        if (id == P.MISS_PENALTY_BPS) return (0, 50_000, 1000, false);
        if (id == P.MAX_MISSES) return (1, 32, 2, false);
        if (id == P.PARTICIPATION_BPS) return (0, 9000, 1000, false);
        if (id == P.SELECTION_MODE) return (0, 1, 0, true);
        if (id == P.BENCH_MODE) return (0, 0, 0, true);
        if (id == P.MAX_VOTERS) return (1, 1024, 16, false);
        if (id == P.COMMITTEE_SEATS) return (64, 4096, 64, false);
        if (id == P.MIN_BOND) return (1, type(uint112).max, REP, false);
        if (id == P.MAX_BONDS) return (1, 1024, 16, false);
        if (id == P.JOINS_PER_EPOCH || id == P.LEAVES_PER_EPOCH) return (1, 16, 2, false);
        if (id == P.CHURN_DIVISOR || id == P.INACTIVITY_DIVISOR) return (4, 1024, 4, false);
        if (id == P.UNBONDING_TIME) return (16, 1 << 25, 16, false);
        if (id == P.UNBONDING_EPOCHS) return (4, 65_536, 4, false);
        if (id == P.TIMER_BASE) return (100, 60_000, 1000, false);
        if (id == P.TIMER_BACKOFF_BPS) return (10_000, 30_000, 10_000, false);
        if (id == P.TIMER_CAP) return (1, 64, 2, false);
        if (id == P.SLASH_DELAY) return (16, 1 << 25, 16, false);
        if (id == P.INVALID_VOTER_BPS) return (0, 5000, 500, false);
        if (id == P.INVALID_VOTER_CAP) return (0, 100, 2, false);
        if (id == P.ONION_LAYERS) return (1024, 1 << 24, 1024, false);
        if (id == P.ONION_RENEW_BELOW) return (64, 1 << 20, 64, false);
        if (id == P.MAX_UNOPENED) return (1, 63, 2, false);
        if (id == P.SALT_EXCLUSION) return (0, 64, 2, false);
        if (id == P.JAIL_EPOCHS) return (1, 256, 2, false);
        if (id == P.AUTHOR_SHARE_PPM) return (0, 500_000, 10_000, false);
        if (id == P.DEV_BUDGET_BPS || id == P.GOVERNANCE_TAX_BPS) return (0, 5000, 100, false);
        if (id == P.ATTESTATION_TIME || id == P.UPGRADE_DELAY) return (16, 1 << 25, 16, false);
        if (id == P.OPEN_POOL_MINT_DIVISOR) return (1024, 1 << 32, 1024, false);
    }

    /// Parameters that a pair rule ties to `id`.
    function partners(uint256 id) internal pure returns (uint256 first, uint256 second) {
        if (id == P.GAS_LIMIT) return (P.SYSTEM_GAS_LIMIT, P.SYSTEM_GAS_LIMIT);
        if (id == P.SYSTEM_GAS_LIMIT) return (P.GAS_LIMIT, P.GAS_LIMIT);
        if (id == P.STAKE_BPS || id == P.EPOCH_LENGTH) return (P.LATE_WINDOW, P.LATE_WINDOW);
        if (id == P.LATE_WINDOW) return (P.STAKE_BPS, P.EPOCH_LENGTH);
        return (id, id);
    }

    /// 2.4: header gas limit at least twice the system transaction's. 3.6: sigma * (K + 1) fits into a bond. K < E: a pool settles while the ASC
    /// still knows the bench that voted (epochs e-1 .. e+2).
    function pairHolds(uint256 a, uint256 va, uint256 b, uint256 vb) internal pure returns (bool) {
        if (a > b) (a, va, b, vb) = (b, vb, a, va);
        if (a == P.GAS_LIMIT && b == P.SYSTEM_GAS_LIMIT) return va >= 2 * vb;
        if (a == P.STAKE_BPS && b == P.LATE_WINDOW) return va * (vb + 1) <= FixedPoint.BPS;
        if (a == P.EPOCH_LENGTH && b == P.LATE_WINDOW) return vb < va;
        return true;
    }

    /// 6.4: one step.
    function stepAllowed(uint256 from, uint256 to, uint256 unit, bool isChoice) internal pure returns (bool) {
        return isChoice || (from < unit && to <= unit) || (to >= from / 2 && to <= 2 * from);
    }
}
