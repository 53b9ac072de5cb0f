// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

/// Everything floors. X96: $ per REP wei times 2^96 (5.6). X128: REP wei per weight wei times 2^128 (5.7).
library FixedPoint {
    uint256 internal constant Q96 = 1 << 96;
    uint256 internal constant Q128 = 1 << 128;
    uint256 internal constant BPS = 10_000;

    function min(uint256 a, uint256 b) internal pure returns (uint256) {
        return a < b ? a : b;
    }

    function max(uint256 a, uint256 b) internal pure returns (uint256) {
        return a > b ? a : b;
    }

    /// a - min(a, b): the saturating subtraction of 2.9.
    function sub(uint256 a, uint256 b) internal pure returns (uint256) {
        return a > b ? a - b : 0;
    }
}
