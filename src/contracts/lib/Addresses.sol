// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

/// Fixed addresses of protocol 1.1. These constants are the only wiring between the system contracts.
library Addresses {
    address internal constant REP = 0x0000000000000000000000000000000000B0DA01;
    address internal constant GREP = 0x0000000000000000000000000000000000b0DA02;
    address internal constant AVAILABILITY = 0x0000000000000000000000000000000000b0dA03;
    address payable internal constant VALIDATION_POOL = payable(0x0000000000000000000000000000000000b0Da04);
    address internal constant FORUM = 0x0000000000000000000000000000000000B0DA05;
    address internal constant GOVERNANCE = 0x0000000000000000000000000000000000b0dA06;
    address internal constant JUDICIARY = 0x0000000000000000000000000000000000b0dA07;
    address internal constant BEACON = 0x0000000000000000000000000000000000b0DA08;
    /// Work v1 (genesis). The WSC in force is `IGovernance.activeWorkAt`, never this constant.
    address internal constant GENESIS_WORK = 0x0000000000000000000000000000000000b0Da10;

    /// Address of the published key keccak256("BpDao system transaction") (2.4).
    address internal constant SYSTEM = 0x60ffAF61c017d7D969719CE7e08C6008477010b1;
    /// EIP-2935 block hash history: genesis hash for 2.5a when the first good block is later than 256.
    address internal constant BLOCK_HASH_HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;
}
