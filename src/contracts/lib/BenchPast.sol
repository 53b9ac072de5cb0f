// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {BenchState} from "./BenchState.sol";
import {Parameters} from "./Parameters.sol";

/// Benches of any age, for evidence (7.1). `_weight` knows the last four only.
abstract contract BenchPast is BenchState {
    /// 3.3: who served in `epoch` for the last time is locked for U from the start of the next one, and for `unbondingEpochs` from there.
    function _liability(uint64 epoch, uint32 slot) internal view returns (uint256 weight, uint256 total, bool locked) {
        if (epoch > latest) return (0, 0, false);
        weight = _weightThen(slot, epoch);
        uint256 n = calendar.length;
        uint256 i = _begunBefore(epoch, n);
        total = uint112(calendar[i == 0 ? 0 : i - 1]);
        if (i < n && calendar[i] >> 176 == epoch) ++i;
        locked = i == n || block.timestamp < uint64(calendar[i] >> 112) + _parameter(Parameters.UNBONDING_TIME)
            || _epoch() < epoch + 1 + _parameter(Parameters.UNBONDING_EPOCHS);
    }

    function _weightThen(uint32 slot, uint64 epoch) private view returns (uint256) {
        uint256 newest = weights[slot][0];
        if (_from(newest) <= epoch) return uint112(newest);
        mapping(uint256 => uint256) storage past = pastWeights[slot];
        (uint256 low, uint256 high) = (0, newest >> 176);
        while (low < high) {
            uint256 mid = (low + high) / 2;
            if (_from(past[mid]) <= epoch) low = mid + 1;
            else high = mid;
        }
        return low == 0 ? 0 : uint112(past[low - 1]);
    }

    /// How many entries of the calendar are of epochs before `epoch`. The bench of `epoch` is what the last of them fixed.
    function _begunBefore(uint64 epoch, uint256 n) private view returns (uint256 low) {
        uint256 high = n;
        while (low < high) {
            uint256 mid = (low + high) / 2;
            if (calendar[mid] >> 176 < epoch) low = mid + 1;
            else high = mid;
        }
    }
}
