// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {FixedPoint} from "./FixedPoint.sol";
import {PoolTerms} from "../interfaces/Types.sol";

/// The arithmetic of 5.1-5.5, all floor unless it says otherwise. Amounts and weights are below 2^112 and for + late <= total, so no product overflows.
library PoolMath {
    uint256 internal constant BPS = FixedPoint.BPS;
    uint8 internal constant WINNERS = 2;

    struct Outcome {
        uint256 rateX128;       // per weight unit of a full vote
        uint256 voterPay;       // reserved for the voters
        uint256 rest;           // absentShare's
    }

    /// 5.1. `room` = what may still exist of REP.
    function minted(uint256 ratio, uint256 income, uint256 supply, uint256 room) internal pure returns (uint256) {
        return FixedPoint.min(FixedPoint.min(ratio * income / 1e18, supply / 1024), room);
    }

    /// 5.3, for weight carried.
    function includerPay(uint256 policing, uint256 includerBps, uint256 weight, uint256 total) internal pure returns (uint256) {
        return total == 0 ? 0 : policing * includerBps * weight / (BPS * total);
    }

    /// 5.4. `extra` = a producer's half that has no producer, when the winners are to have it.
    function settle(PoolTerms memory t, uint256 policing, uint256 lost, uint256 extra, uint256 paid, uint256 inTime, uint256 late, uint256 total)
        internal pure returns (Outcome memory o)
    {
        uint256 all = policing + lost + extra - paid;
        uint256 pot = t.absentShare == WINNERS ? all : policing - policing * t.includerBps / BPS + lost + extra;
        uint256 denominator = t.absentShare == WINNERS ? inTime + late : total;
        if (denominator == 0) return Outcome(0, 0, all);
        o.rateX128 = pot * FixedPoint.Q128 / denominator;
        uint256 share = o.rateX128 * (inTime * BPS + late * t.lateShareBps);
        uint256 unit = BPS * FixedPoint.Q128;
        o.voterPay = FixedPoint.min(pot, share / unit + (share % unit == 0 ? 0 : 1));
        o.rest = all - o.voterPay;
    }

    /// What a late voter does not get, rounded up.
    function lateDebit(uint256 rateX128, uint256 lateShareBps) internal pure returns (uint256) {
        return (rateX128 * (BPS - lateShareBps) + BPS - 1) / BPS;
    }

    /// weight * rate / 2^128, at most `limit`, whatever the ASC says the weight is.
    function earned(uint256 weight, uint256 rateX128, uint256 limit) internal pure returns (uint256) {
        if (weight != 0 && rateX128 > type(uint256).max / weight) return limit;
        return FixedPoint.min(weight * rateX128 >> 128, limit);
    }
}
