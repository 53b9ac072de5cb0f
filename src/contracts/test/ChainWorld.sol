// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {Defaults} from "./Defaults.sol";
import {Installed} from "./Installed.sol";
import {Rlp} from "./Rlp.sol";
import {Availability} from "../Availability.sol";
import {AvailabilityViews} from "../AvailabilityViews.sol";
import {Beacon} from "../Beacon.sol";
import {Forum} from "../Forum.sol";
import {Governance} from "../Governance.sol";
import {Judiciary} from "../Judiciary.sol";
import {Reputation} from "../Reputation.sol";
import {ValidationPool} from "../ValidationPool.sol";
import {Work} from "../Work.sol";
import {IAvailability} from "../interfaces/IAvailability.sol";
import {BenchEntry, GenesisBond} from "../interfaces/Types.sol";
import {Addresses} from "../lib/Addresses.sol";

/// All system contracts, real, as genesis has them; blocks are calls of beginBlock by SYSTEM.
abstract contract ChainWorld is Installed {
    uint32 internal constant NO_SLOT = type(uint32).max;
    uint256 private constant LAYERS = 200;          // hashes in a test onion: more than any run opens
    IAvailability internal constant ASC = IAvailability(Addresses.AVAILABILITY);
    Reputation internal constant REP = Reputation(Addresses.REP);
    ValidationPool internal constant POOL = ValidationPool(Addresses.VALIDATION_POOL);
    Beacon internal constant BEACON = Beacon(Addresses.BEACON);
    Forum internal constant FORUM = Forum(Addresses.FORUM);
    Judiciary internal constant JUDICIARY = Judiciary(Addresses.JUDICIARY);
    Work internal constant WORK = Work(Addresses.GENESIS_WORK);

    uint64 internal height;
    uint256 internal people;                        // identities 0 .. people-1 exist

    function _launch(uint256 bonds, uint112 rep, uint112 bonded, uint256[] memory parameters) internal {
        vm.roll(0);
        vm.warp(1000);
        address reputation = address(new Reputation());
        _behindProxy(Addresses.REP, reputation);
        _behindProxy(Addresses.GREP, reputation);
        _behindProxy(Addresses.GOVERNANCE, address(new Governance()));
        _behindProxy(Addresses.BEACON, address(new Beacon()));
        _behindProxy(Addresses.FORUM, address(new Forum()));
        _behindProxy(Addresses.JUDICIARY, address(new Judiciary()));
        _behindProxy(Addresses.VALIDATION_POOL, address(new ValidationPool()));
        _behindProxy(Addresses.AVAILABILITY, address(new Availability(address(new AvailabilityViews()))));
        _plain(Addresses.GENESIS_WORK, address(new Work()));
        REP.initialize("Reputation", "REP");
        Reputation(Addresses.GREP).initialize("Governance reputation", "gREP");
        GOVERNANCE.initialize(Addresses.GENESIS_WORK, uint64(parameters[0]));
        WORK.initialize(parameters);
        BEACON.initialize(keccak256("genesis mix"));
        FORUM.initialize();
        JUDICIARY.initialize();
        POOL.initialize(WORK.poolTermsAt(0));
        GenesisBond[] memory list = new GenesisBond[](bonds);
        for (uint256 i; i < bonds; ++i) list[i] = GenesisBond(_id(i), _key(i), rep, bonded, _layer(_id(i), 0));
        people = bonds;
        ASC.initialize(list, keccak256("record 0"), keccak256("record 1"));
        vm.setBlockhash(0, keccak256("genesis"));
    }

    function _id(uint256 i) internal pure returns (address) { return address(uint160(0x1d0000 + i)); }
    function _secret(uint256 i) internal pure returns (uint256) { return 0xbeef0000 + i; }
    function _key(uint256 i) internal pure returns (bytes memory) { return abi.encodePacked(vm.addr(_secret(i))); }

    /// Layer `index` of an identity's onion, 0 = tip.
    function _layer(address identity, uint256 index) internal pure returns (bytes32 x) {
        x = keccak256(abi.encodePacked("onion", identity));
        for (uint256 k = LAYERS; k > index; --k) x = keccak256(abi.encodePacked(x));
    }

    function _possession(uint256 i) internal view returns (bytes memory) {
        bytes32 digest = keccak256(abi.encodePacked(bytes2(0x1942), ASC.domain(), bytes1(0x0a), bytes20(0), _id(i)));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(_secret(i), digest);
        return abi.encodePacked(r, s, v - 27);
    }

    function _nextBlock() internal {
        ++height;
        vm.roll(height);
        vm.warp(1000 + 2 * uint256(height));
    }

    /// What the node does for block `height` (already rolled to) before it calls: leader, reveal, mix, record. Fields of `p` set by the test stay.
    function _complete(Rlp.Payload memory p, uint32 round) internal returns (uint32 producer) {
        (, uint64 position) = GOVERNANCE.epochAt(height);
        producer = WORK.producerAt(height, round);
        bytes32 reveal;
        if (producer != NO_SLOT) {
            (,, uint32 layer) = ASC.expectedReveal(producer);
            reveal = _layer(ASC.bond(producer).identity, layer);
            p.reveal = Rlp.text(abi.encodePacked(reveal));
        }
        if (round > 0) p.tc = Rlp.timeout(round - 1);
        if (position == 0 && height > 1) p.epochRecord = _record();
        vm.prevrandao(BEACON.nextMix(reveal, height, position == 0));
    }

    function _begin(bytes memory payload) internal {
        vm.prank(Addresses.SYSTEM, Addresses.SYSTEM);
        WORK.beginBlock(payload);
    }

    function _record() internal view returns (bytes memory) {
        (uint64 epoch,) = GOVERNANCE.epochAt(height);
        bytes memory all;
        uint32 from;
        while (from != NO_SLOT) {
            BenchEntry[] memory entries;
            (entries, from) = ASC.benchEntries(epoch + 1, from, 256);
            for (uint256 i; i < entries.length; ++i) {
                BenchEntry memory e = entries[i];
                all = bytes.concat(all, Rlp.list(bytes.concat(Rlp.number(e.slot), Rlp.text(abi.encodePacked(e.identity)), Rlp.text(e.key),
                    Rlp.number(e.weight))));
            }
        }
        return Rlp.list(bytes.concat(Rlp.number(epoch + 1), Rlp.list(all)));
    }

    /// Every bit of the bench of `epoch`.
    function _bench(uint64 epoch) internal view returns (bytes memory) { return ASC.benchBitmap(epoch); }

    function _epochOf(uint64 h) internal view returns (uint64 epoch) { (epoch,) = GOVERNANCE.epochAt(h); }
}
