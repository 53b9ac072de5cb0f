// SPDX-License-Identifier: LGPL-3.0-only
pragma solidity 0.8.37;

import {Base} from "./Base.sol";
import {Addresses} from "../lib/Addresses.sol";
import {Reputation} from "../Reputation.sol";

contract ReputationTest is Base {
    Reputation private constant REP = Reputation(Addresses.REP);
    address private constant ALICE = address(0xA11CE);
    address private constant BOB = address(0xB0B);

    function setUp() public {
        vm.etch(Addresses.REP, type(Reputation).runtimeCode);
        REP.initialize("Reputation", "REP");
    }

    function mint(uint256 amount) private {
        vm.prank(Addresses.VALIDATION_POOL);
        REP.mint(amount);
    }

    function credit(address to, uint256 amount) private returns (uint256) {
        vm.prank(Addresses.VALIDATION_POOL);
        return REP.credit(to, 1, amount, "test");
    }

    function accrue(uint256 income) private returns (uint256) {
        vm.prank(Addresses.VALIDATION_POOL);
        return REP.accrueSalary(uint64(block.number), income);
    }

    function testInitializesOnce() public {
        eq(keccak256(bytes(REP.symbol())), keccak256("REP"), "symbol");
        vm.expectRevert(Reputation.AlreadyInitialized.selector);
        REP.initialize("Other", "OTH");
    }

    function testOnlyModulesMoveReputation() public {
        bytes[7] memory calls = [
            abi.encodeCall(REP.mint, (1)), abi.encodeCall(REP.credit, (ALICE, 1, 1, "")), abi.encodeCall(REP.take, (ALICE, 1, "")),
            abi.encodeCall(REP.burn, (1, "")), abi.encodeCall(REP.encumber, (ALICE, 1)), abi.encodeCall(REP.release, (ALICE, 1)),
            abi.encodeCall(REP.takeSalary, (ALICE))];
        for (uint256 i; i < calls.length; ++i) {
            (bool ok, bytes memory e) = Addresses.REP.call(calls[i]);
            require(!ok && bytes4(e) == Reputation.NotAllowed.selector, "a stranger moved REP");
        }
        vm.prank(Addresses.AVAILABILITY);
        REP.mint(5);
        vm.prank(Addresses.AVAILABILITY);
        vm.expectRevert(abi.encodeWithSelector(Reputation.NotAllowed.selector, Addresses.AVAILABILITY));
        REP.mint(5);
    }

    function testSubtractionsTakeWhatIsThere() public {
        mint(100);
        eq(credit(ALICE, 130), 100, "credit");
        vm.prank(Addresses.AVAILABILITY);
        eq(REP.encumber(ALICE, 70), 70, "encumber");
        vm.prank(Addresses.VALIDATION_POOL);
        eq(REP.encumber(ALICE, 70), 30, "encumbers the free part only");
        vm.prank(Addresses.JUDICIARY);
        eq(REP.take(ALICE, 5, "x"), 0, "nothing free");
        vm.prank(Addresses.AVAILABILITY);
        eq(REP.release(ALICE, 200), 70, "releases its own part only");
        vm.prank(Addresses.JUDICIARY);
        eq(REP.take(ALICE, 100, "x"), 70, "take");
        vm.prank(Addresses.JUDICIARY);
        eq(REP.moveCustody(Addresses.FORUM, 50), 50, "move");
        vm.prank(Addresses.JUDICIARY);
        eq(REP.burn(50, "x"), 20, "burn");
        eq(REP.totalBurned(), 20, "burned");
        eq(REP.custodyOf(Addresses.FORUM), 50, "forum");
        eq(REP.balanceOf(ALICE), 30, "balance");
        eq(REP.encumberedOf(ALICE), 30, "pool's part stays");
    }

    function testIncomeWithoutSupplyIsCarried() public {
        eq(accrue(7 ether), 7 ether, "carried");
        mint(1);
        credit(ALICE, 1);
        eq(accrue(7 ether), 0, "accrued");
        eq(REP.unpaidSalary(ALICE), 7 ether, "one wei of REP earns it all");
    }

    function testSupplyStopsAtTheWordOfTheTrees() public {
        mint(1 << 127);
        eq(REP.totalMinted(), type(uint112).max, "capped");
        eq(credit(ALICE, type(uint256).max), type(uint112).max, "all of it");
        mint(1);
        eq(REP.totalMinted(), type(uint112).max, "full");
        accrue(1 << 120);
        vm.prank(Addresses.VALIDATION_POOL);
        uint256 paid = REP.takeSalary(ALICE);
        require(paid <= 1 << 120 && (1 << 120) - paid < 1 << 16, "what the division leaves is below supply / 2^96 wei");
        eq(REP.totalUnpaid(), 0, "and waits for the next accrual");
    }

    function testSalaryFollowsTheBalanceOfItsTime() public {
        mint(300);
        credit(ALICE, 100);
        accrue(1000);
        credit(BOB, 100);
        accrue(1000);
        eq(REP.unpaidSalary(ALICE), 1500, "alice");
        eq(REP.unpaidSalary(BOB), 500, "bob");
        vm.prank(Addresses.VALIDATION_POOL);
        eq(REP.takeSalary(ALICE), 1500, "paid");
        eq(REP.unpaidSalary(ALICE), 0, "once");
        eq(REP.totalUnpaid(), 500, "rest");
    }

    function testHistoryKnowsTheEndOfEachBlock() public {
        mint(1000);
        vm.roll(10); credit(ALICE, 5); credit(ALICE, 5);
        vm.roll(20); credit(BOB, 7); credit(ALICE, 1);
        vm.roll(21);
        eq(REP.balanceAt(ALICE, 9), 0, "before");
        eq(REP.balanceAt(ALICE, 10), 10, "last value of the block");
        eq(REP.balanceAt(ALICE, 19), 10, "between");
        eq(REP.balanceAt(ALICE, 20), 11, "after");
        eq(REP.supplyAt(15), 10, "supply");
        eq(REP.supplyAt(20), 18, "supply");
        vm.expectRevert(abi.encodeWithSelector(Reputation.NotYet.selector, uint64(21)));
        REP.balanceAt(ALICE, 21);
    }

    function testDelegates() public {
        vm.prank(ALICE);
        REP.setDelegate(1, BOB);
        require(REP.delegateOf(ALICE, 1) == BOB && REP.delegateOf(ALICE, 0) == address(0), "delegate");
        vm.expectRevert(abi.encodeWithSelector(Reputation.NoSuchPower.selector, uint8(2)));
        REP.setDelegate(2, BOB);
    }

    /// Shares differ from exact rationals by less than one wei per identity, whatever the order of accruals and credits.
    function testFuzzSalaryIsNeverMoreThanIncome(uint96[6] memory credits, uint96[6] memory incomes) public {
        mint(type(uint112).max);
        uint256 given;
        for (uint256 i; i < 6; ++i) {
            credit(address(uint160(1 + i % 3)), credits[i]);
            given += incomes[i] - accrue(incomes[i]);
        }
        uint256 sum;
        for (uint160 i = 1; i < 4; ++i) sum += REP.unpaidSalary(address(i));
        uint256 total = REP.totalUnpaid();
        require(sum <= total && total <= given && given <= sum + 3 + (1 << 16), "salary");
        require(total <= sum + 3, "totalUnpaid is the sum, rounded up");
    }
}

/// Random modules doing random things; sums are kept by the test, not read from the contract.
contract ReputationHandler is Base {
    Reputation private constant REP = Reputation(Addresses.REP);
    uint256 public income;
    uint256 public paid;

    function module(uint8 m) private pure returns (address) {
        return [Addresses.AVAILABILITY, Addresses.VALIDATION_POOL, Addresses.FORUM, Addresses.JUDICIARY, Addresses.GOVERNANCE][m % 5];
    }

    function identity(uint8 i) private pure returns (address) { return address(uint160(0x100 + i % 4)); }

    function mint(uint112 amount) external { vm.prank(Addresses.VALIDATION_POOL); REP.mint(amount); }
    function credit(uint8 m, uint8 i, uint112 amount) external { vm.prank(module(m)); REP.credit(identity(i), 0, amount, ""); }
    function take(uint8 m, uint8 i, uint112 amount) external { vm.prank(module(m)); REP.take(identity(i), amount, ""); }
    function move(uint8 a, uint8 b, uint112 amount) external { vm.prank(module(a)); REP.moveCustody(module(b), amount); }
    function burn(uint8 m, uint112 amount) external { vm.prank(module(m)); REP.burn(amount, ""); }
    function encumber(uint8 m, uint8 i, uint112 amount) external { vm.prank(module(m % 2)); REP.encumber(identity(i), amount); }
    function release(uint8 m, uint8 i, uint112 amount) external { vm.prank(module(m % 2)); REP.release(identity(i), amount); }
    function roll(uint8 by) external { vm.roll(block.number + by); }
    function accrue(uint96 amount) external { vm.prank(Addresses.VALIDATION_POOL); income += amount - REP.accrueSalary(1, amount); }
    function claim(uint8 i) external { vm.prank(Addresses.VALIDATION_POOL); paid += REP.takeSalary(identity(i)); }
}

contract ReputationInvariantTest is Base {
    Reputation private constant REP = Reputation(Addresses.REP);
    ReputationHandler private handler;

    function setUp() public {
        vm.etch(Addresses.REP, type(Reputation).runtimeCode);
        REP.initialize("Reputation", "REP");
        handler = new ReputationHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_everyWeiOfReputationIsSomewhere() public view {
        address[5] memory modules = [Addresses.AVAILABILITY, Addresses.VALIDATION_POOL, Addresses.FORUM, Addresses.JUDICIARY, Addresses.GOVERNANCE];
        (uint256 sum, uint256 unpaid) = (0, 0);
        for (uint160 i; i < 4; ++i) {
            address id = address(0x100 + i);
            require(REP.encumberedOf(id) <= REP.balanceOf(id), "more encumbered than there is");
            sum += REP.balanceOf(id);
            unpaid += REP.unpaidSalary(id);
        }
        eq(REP.totalBalances(), sum, "supply is the sum of balances");
        for (uint256 i; i < 5; ++i) sum += REP.custodyOf(modules[i]);
        eq(sum, REP.totalMinted() - REP.totalBurned(), "balances and custody");
        require(unpaid <= REP.totalUnpaid() && REP.totalUnpaid() <= unpaid + 4, "totalUnpaid");
        require(REP.totalUnpaid() + handler.paid() <= handler.income(), "salary out of nothing");
    }
}
