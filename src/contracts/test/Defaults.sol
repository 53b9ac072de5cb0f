// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {PoolTerms} from "../interfaces/Types.sol";

/// The devnet column of Parameters.sol.
library Defaults {
    function parameters(uint256 minBond) internal pure returns (uint256[] memory v) {
        uint256[44] memory devnet = [uint256(16), 1, 36_000_000, 10_000_000, 0, 1e18, 100, 4, 200, 7500, 10_000, 0, 10_000, 3, 5000, 0, 0, 200, 512,
            minBond, 1024, 16, 16, 16, 4, 64, 4, 1000, 15_000, 8, 32, 5000, 10, 65_536, 8192, 32, 8, 8, 100_000, 0, 0, 32, 32, 4096];
        v = new uint256[](44);
        for (uint256 i; i < 44; ++i) v[i] = devnet[i];
    }

    function terms() internal pure returns (PoolTerms memory) {
        return PoolTerms({mintingRatio: 1e18, stakeBps: 100, lateWindow: 4, includerBps: 200, lateShareBps: 7500, bindingBps: 10_000,
            absentShare: 0, authorSharePpm: 100_000});
    }
}
