// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {IAvailability} from "./interfaces/IAvailability.sol";
import {IBeacon} from "./interfaces/IBeacon.sol";
import {IGovernance} from "./interfaces/IGovernance.sol";
import {IJudiciary} from "./interfaces/IJudiciary.sol";
import {SaltCommit, SaltReveal} from "./interfaces/Types.sol";
import {Addresses} from "./lib/Addresses.sol";
import {Bitmaps} from "./lib/Bitmaps.sol";
import {Parameters} from "./lib/Parameters.sol";

abstract contract BeaconStorage {
    bytes32 internal _mix;
    uint64 internal _mixHeight;
    uint64 internal _saltEpoch;
    uint8 internal _saltWords;          // words of the bitmaps below that may be in use
    bool internal _gapSeen;             // a safe-mode block fell into the salt epoch: a missing reveal proves nothing
    bool internal _initialized;
    uint256[16] internal _committed;
    uint256[16] internal _revealed;
    /// Commit, after the reveal the salt: the commit can be computed from it. Valid under the bits above only, so never cleared.
    mapping(uint256 => bytes32) internal _entry;
    mapping(uint256 => uint64) internal _excludedUntil;
    uint256[32] private __gap;
}

/// Section 8. Salts are linked to bench members of the current epoch by the node's signature check and to one (DOMAIN, epoch, slot) by the commit.
contract Beacon is IBeacon, BeaconStorage {
    error AlreadyInitialized();
    error NotActiveWork();

    modifier onlyWork() {
        if (tx.origin != Addresses.SYSTEM || msg.sender != IGovernance(Addresses.GOVERNANCE).activeWorkAt(uint64(block.number))) revert NotActiveWork();
        _;
    }

    function initialize(bytes32 genesisMix) external {
        if (_initialized) revert AlreadyInitialized();
        (_initialized, _mix) = (true, genesisMix);
    }

    function mix() external view returns (bytes32) { return _mix; }
    function mixHeight() external view returns (uint64) { return _mixHeight; }
    function saltEpoch() external view returns (uint64) { return _saltEpoch; }

    function saltAcc() public view returns (bytes32 acc) {
        uint256 words = _saltWords;
        for (uint256 i; i < words; ++i) {
            for (uint256 bits = _revealed[i]; bits != 0; bits &= bits - 1) {
                uint256 slot = i * 256 + Bitmaps.lowest(bits);
                acc = keccak256(abi.encodePacked(acc, uint32(slot), _entry[slot]));
            }
        }
    }

    function saltOf(uint64 epoch, uint32 slot) external view returns (bytes32 commit, bool revealed, uint64 excludedUntil) {
        if (slot >= Parameters.MAX_SLOTS) return (0, false, 0);
        excludedUntil = _excludedUntil[slot];
        if (epoch != _saltEpoch || !_has(_committed, slot)) return (0, false, excludedUntil);
        revealed = _has(_revealed, slot);
        commit = revealed ? _commitOf(_domain(), epoch, slot, _entry[slot]) : _entry[slot];
    }

    function saltPhase(uint64 position, uint64 length) external pure returns (uint8) {
        if (4 * uint256(position) < length) return 1;
        return 2 * uint256(position) < length ? 2 : 0;
    }

    function nextMix(bytes32 reveal, uint64 height, bool epochStart) public view returns (bytes32) {
        bytes memory data = abi.encodePacked(_mix, reveal, uint256(height));
        return keccak256(epochStart ? abi.encodePacked(data, _accOfEpochBefore(height)) : data);
    }

    function advance(uint64 height, bytes32 reveal, bytes32 value, bool epochStart) external onlyWork returns (bool agrees) {
        bool gap = _mixHeight + 1 != height;
        agrees = gap || nextMix(reveal, height, epochStart) == value;
        (_mix, _mixHeight) = (value, height);
        if (gap) _gapSeen = true;
    }

    function fold(uint64 newEpoch, uint64 exclusionEpochs) external onlyWork {
        uint64 old = _saltEpoch;
        bytes32 acc = old + 1 == newEpoch ? saltAcc() : bytes32(0);
        uint32 count = _clear(old, old + 1 == newEpoch && !_gapSeen, exclusionEpochs);
        (_saltEpoch, _gapSeen) = (newEpoch, false);
        emit SaltsFolded(newEpoch, acc, acc == 0 ? 0 : count);
    }

    function addSalts(uint64 epoch, uint8 phase, SaltCommit[] calldata commits, SaltReveal[] calldata reveals) external onlyWork {
        if (epoch != _saltEpoch) {          // the first block of this epoch was a safe-mode block: what was there belongs to no epoch now
            _clear(_saltEpoch, false, 0);
            _saltEpoch = epoch;
        }
        for (uint256 i; i < commits.length; ++i) {
            bytes32 refused = phase == 1 ? _addCommit(epoch, commits[i]) : bytes32("phase");
            if (refused != 0) emit ItemSkipped(uint64(block.number), "saltCommits", i, refused);
        }
        bytes32 domain = reveals.length == 0 ? bytes32(0) : _domain();
        for (uint256 i; i < reveals.length; ++i) {
            bytes32 refused = phase == 2 ? _addReveal(domain, epoch, reveals[i]) : bytes32("phase");
            if (refused != 0) emit ItemSkipped(uint64(block.number), "saltReveals", i, refused);
        }
    }

    function _addCommit(uint64 epoch, SaltCommit calldata c) private returns (bytes32 refused) {
        if (c.slot >= Parameters.MAX_SLOTS || c.commit == 0) return "malformed";
        if (_has(_committed, c.slot)) return "twice";
        if (_excludedUntil[c.slot] > epoch) return "excluded";
        if (IAvailability(Addresses.AVAILABILITY).weightAt(epoch, c.slot) == 0) return "bench";
        _committed[c.slot >> 8] |= 1 << (c.slot & 255);
        if (c.slot >> 8 >= _saltWords) _saltWords = uint8(c.slot >> 8) + 1;
        _entry[c.slot] = c.commit;
        emit SaltCommitted(epoch, c.slot, c.commit);
    }

    function _addReveal(bytes32 domain, uint64 epoch, SaltReveal calldata r) private returns (bytes32 refused) {
        if (r.slot >= Parameters.MAX_SLOTS || !_has(_committed, r.slot)) return "commit";
        if (_has(_revealed, r.slot)) return "twice";
        if (_commitOf(domain, epoch, r.slot, r.salt) != _entry[r.slot]) return "salt";
        _revealed[r.slot >> 8] |= 1 << (r.slot & 255);
        _entry[r.slot] = r.salt;
        emit SaltRevealed(epoch, r.slot, r.salt);
    }

    /// Empties the round of `epoch`; who committed and did not reveal sits out the `exclusionEpochs` epochs that follow (8.2).
    function _clear(uint64 epoch, bool blame, uint64 exclusionEpochs) private returns (uint32 revealed) {
        uint256 words = _saltWords;
        for (uint256 i; i < words; ++i) {
            uint256 committed = _committed[i];
            if (committed == 0) continue;
            uint256 open = _revealed[i];
            for (uint256 bits = open; bits != 0; bits &= bits - 1) ++revealed;
            uint256 missing = committed & ~open;
            if (blame && missing != 0) {
                IJudiciary(Addresses.JUDICIARY).missedSalts(epoch, uint8(i), missing);
                for (uint256 bits = missing; bits != 0; bits &= bits - 1) {
                    uint256 slot = i * 256 + Bitmaps.lowest(bits);
                    uint64 until = epoch + 1 + exclusionEpochs;
                    _excludedUntil[slot] = until;
                    emit SaltMissed(epoch, uint32(slot), until);
                }
            }
            (_committed[i], _revealed[i]) = (0, 0);
        }
        _saltWords = 0;
    }

    /// Salts of an epoch whose successor's first block was a safe-mode block are lost: they serve no later epoch.
    function _accOfEpochBefore(uint64 height) private view returns (bytes32) {
        (uint64 epoch,) = IGovernance(Addresses.GOVERNANCE).epochAt(height);
        return _saltEpoch + 1 == epoch ? saltAcc() : bytes32(0);
    }

    function _domain() private view returns (bytes32) {
        return IAvailability(Addresses.AVAILABILITY).domain();
    }

    function _commitOf(bytes32 domain, uint64 epoch, uint256 slot, bytes32 salt) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(domain, epoch, uint32(slot), salt));
    }

    function _has(uint256[16] storage bitmap, uint256 slot) private view returns (bool) {
        return (bitmap[slot >> 8] >> (slot & 255)) & 1 == 1;
    }
}
