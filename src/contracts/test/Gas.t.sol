// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {ChainWorld} from "./ChainWorld.sol";
import {Defaults} from "./Defaults.sol";
import {Rlp} from "./Rlp.sol";
import {Addresses} from "../lib/Addresses.sol";

interface GasVm {
    struct Gas { uint64 gasLimit; uint64 gasTotalUsed; uint64 gasMemoryUsed; int64 gasRefunded; uint64 gasRemaining; }
    function lastCallGas() external view returns (Gas memory);
}

/// What a block's system transaction costs, cold, without its calldata and the 21,000: the figures of README, and that they do not grow with N (2.5).
/// forge-config: default.isolate = true
contract GasTest is ChainWorld {
    event Figure(string what, uint256 bonds, uint256 gas);

    /// ordinary: mean of positions 11 .. 14 of the third epoch, when voters have been credited; the others: the dearest.
    function _run(uint256 bonds) private returns (uint256 ordinary, uint256 epochStart, uint256 crediting) {
        _launch(bonds, 2000e18, 1000e18, Defaults.parameters(1e18));
        for (uint64 h = 1; h <= 48; ++h) {
            vm.deal(Addresses.VALIDATION_POOL, Addresses.VALIDATION_POOL.balance + 1e16);
            (uint256 jobBefore,) = POOL.creditQueue();
            uint256 gas = _ordinary();
            (uint256 jobAfter,) = POOL.creditQueue();
            (, uint64 position) = GOVERNANCE.epochAt(h);
            if (position == 0 && h > 32) epochStart = gas;
            if (position >= 11 && position < 15 && h > 40) ordinary += gas / 4;
            if (jobBefore + jobAfter != 0 && gas > crediting) crediting = gas;
        }
    }

    function _ordinary() private returns (uint256) { return _carrying(""); }

    function _carrying(bytes memory evidence) private returns (uint256) {
        _nextBlock();
        Rlp.Payload memory p = Rlp.none();
        p.evidence = Rlp.list(evidence);
        if (height > 1) p.parentCert = Rlp.certificate(0, _bench(_epochOf(height - 1)));
        _complete(p, 0);
        bytes memory payload = Rlp.encode(p);
        _begin(payload);
        return _executed(payload);
    }

    function _executed(bytes memory payload) private view returns (uint256 gas) {
        gas = GasVm(address(vm)).lastCallGas().gasTotalUsed;
        bytes memory data = abi.encodeCall(WORK.beginBlock, (payload));
        uint256 intrinsic = 21_000;
        for (uint256 i; i < data.length; ++i) intrinsic += data[i] == 0 ? 4 : 16;
        gas -= intrinsic;
    }

    /// 2.5: four items of a type against bonds of their own; of type 6, four items against 32 bonds, of which a block convicts 8.
    function testEvidenceIsBounded() public {
        _launch(200, 2000e18, 1000e18, Defaults.parameters(1e18));
        for (uint64 h = 1; h <= 24; ++h) {
            vm.deal(Addresses.VALIDATION_POOL, Addresses.VALIDATION_POOL.balance + 1e16);
            _ordinary();
        }
        uint32 slot = 3;
        for (uint8 kind = 1; kind <= 5; ++kind) {
            bytes memory items;
            for (uint256 i; i < 4; ++i) items = bytes.concat(items, Rlp.evidence(kind, 1, 20, slot += 7));
            uint256 gas = _more(items);
            emit Figure("four items, type", kind, gas);
            require(gas < 2_310_000, "four items");
        }
        eq(JUDICIARY.escrowCount(), 20, "all convicted");
        bytes memory forks;
        for (uint64 i; i < 4; ++i) forks = bytes.concat(forks, Rlp.fork(1, 21 + i, hex"00ffffffff", hex"00ffffffff"));
        uint256 most = _more(forks);
        emit Figure("four items, type", 6, most);
        eq(JUDICIARY.escrowCount(), 28, "eight a block");
        require(most < 2_750_000, "type 6");
    }

    /// What the same block costs more with evidence than without.
    function _more(bytes memory evidence) private returns (uint256) {
        uint256 state = vm.snapshotState();
        uint256 plain = _ordinary();
        vm.revertToState(state);
        return _carrying(evidence) - plain;
    }

    /// 200 producers take turns more rarely than 4: more of what they touch is touched for the first time. That is all that may differ.
    function testGasIsFlatInTheNumberOfBonds() public {
        uint256 snapshot = vm.snapshotState();
        (uint256 four, uint256 fourStart,) = _run(4);
        vm.revertToState(snapshot);
        (uint256 many, uint256 manyStart, uint256 manyCredit) = _run(200);
        emit Figure("ordinary", 4, four);
        emit Figure("ordinary", 200, many);
        emit Figure("epoch start", 4, fourStart);
        emit Figure("epoch start", 200, manyStart);
        emit Figure("credit slice of 32", 200, manyCredit);
        require(many < four + 200_000, "flat");
        require(manyStart < fourStart + 300_000, "epoch start");
        require(manyCredit < 5_000_000, "credit slice");
    }
}
