using BpDao.Core;
using BpDao.Testing;
using Xunit;
using static BpDao.Evm.Opcode;
using static BpDao.Evm.Tests.EvmFixture;

namespace BpDao.Evm.Tests.Interpreter;

/// <summary>Ways a frame ends.</summary>
public sealed class HaltTests
{
    [Fact]
    public void Code_that_runs_off_its_end_stops()
    {
        CallResult result = Run(new Bytecode().Push(1));
        Assert.True(result.Success);
        Assert.Equal(3UL, result.GasUsed);
    }

    [Fact]
    public void A_failure_consumes_all_gas_and_a_revert_gives_it_back()
    {
        CallResult failed = Run(Bytecode.Of(INVALID), gas: 5_000);
        Assert.Equal((HaltReason.InvalidOpcode, 5_000UL, 0), (failed.Halt, failed.GasUsed, failed.Output.Length));

        CallResult reverted = Run(new Bytecode().Push(0xabcd).Push(0).Op(MSTORE).Push(2).Push(30).Op(REVERT), gas: 5_000);
        Assert.Equal(HaltReason.Reverted, reverted.Halt);
        Assert.Equal([0xab, 0xcd], reverted.Output.ToArray());
        Assert.True(reverted.GasUsed < 100);
    }

    [Fact]
    public void The_stack_has_1024_items_and_no_more()
    {
        Bytecode full = new();
        for (int i = 0; i < 1_024; i++) full.Op(PUSH0);
        Assert.True(Run(full).Success);
        Assert.Equal(HaltReason.StackOverflow, Run(full.Op(PUSH0)).Halt);
    }

    [Theory]
    [InlineData((byte)POP)]
    [InlineData((byte)ADD)]
    [InlineData((byte)DUP1)]
    [InlineData((byte)SWAP1)]
    [InlineData((byte)CALL)]
    [InlineData((byte)LOG2)]
    public void An_instruction_without_its_operands_fails(byte op) => Assert.Equal(HaltReason.StackUnderflow, Run(new Bytecode().Raw(op)).Halt);

    [Fact]
    public void Gas_is_enough_to_the_unit()
    {
        Bytecode code = new Bytecode().Push(1).Push(2).Op(ADD);
        Assert.True(Run(code, gas: 9).Success);
        Assert.Equal(HaltReason.OutOfGas, Run(code, gas: 8).Halt);
    }

    [Fact]
    public void Jumps_only_to_a_jumpdest_that_is_not_push_data()
    {
        Assert.True(Run(new Bytecode().Push(4).Op(JUMP, INVALID, JUMPDEST)).Success);
        Assert.Equal(HaltReason.InvalidJump, Run(new Bytecode().Push(3).Op(JUMP, STOP)).Halt);
        Assert.Equal(HaltReason.InvalidJump, Run(new Bytecode().Push(4).Op(JUMP, PUSH1, JUMPDEST)).Halt);
        Assert.Equal(HaltReason.InvalidJump, Run(new Bytecode().Push(100).Op(JUMP)).Halt);
        Assert.Equal(HaltReason.InvalidJump, Run(new Bytecode().Push(UInt256.MaxValue).Op(JUMP)).Halt);
        Assert.True(Run(new Bytecode().Push(0).Push(100).Op(JUMPI)).Success);
        Assert.Equal(HaltReason.InvalidJump, Run(new Bytecode().Push(1).Push(100).Op(JUMPI)).Halt);
    }

    [Fact]
    public void Memory_that_nobody_can_pay_for_is_out_of_gas()
    {
        UInt256[] offsets = [UInt256.MaxValue, (UInt256)ulong.MaxValue, (UInt256)1 << 40, int.MaxValue];
        foreach (UInt256 offset in offsets)
        {
            Assert.Equal(HaltReason.OutOfGas, Run(new Bytecode().Push(offset).Op(MLOAD)).Halt);
            Assert.Equal(HaltReason.OutOfGas, Run(new Bytecode().Push(1).Push(offset).Op(RETURN)).Halt);
            Assert.Equal(HaltReason.OutOfGas, Run(new Bytecode().Push(offset).Push(0).Op(KECCAK256)).Halt);
            Assert.True(Run(new Bytecode().Push(0).Push(offset).Op(RETURN)).Success); // nothing needs no memory
        }
    }

    [Fact]
    public void Return_data_past_its_end_is_a_failure() =>
        Assert.Equal(HaltReason.ReturnDataOutOfBounds, Run(new Bytecode().Push(1).Push(0).Push(0).Op(RETURNDATACOPY)).Halt);

    [Theory]
    [InlineData((byte)DELEGATECALL, Fork.Homestead)]
    [InlineData((byte)REVERT, Fork.Byzantium)]
    [InlineData((byte)SHL, Fork.Constantinople)]
    [InlineData((byte)CHAINID, Fork.Istanbul)]
    [InlineData((byte)BASEFEE, Fork.London)]
    [InlineData((byte)PUSH0, Fork.Shanghai)]
    [InlineData((byte)MCOPY, Fork.Cancun)]
    [InlineData((byte)CLZ, Fork.Osaka)]
    public void An_opcode_is_undefined_before_its_fork(byte op, Fork since)
    {
        Bytecode code = new();
        for (int i = 0; i < 6; i++) code.Push(0);
        code.Raw(op);
        Assert.Equal(HaltReason.InvalidOpcode, Run(code, since - 1).Halt);
        Assert.NotEqual(HaltReason.InvalidOpcode, Run(code, since).Halt);
    }

    [Fact]
    public void Nothing_is_written_in_a_static_call()
    {
        Address callee = Address.FromNumber(0x1234);
        Bytecode[] writers =
        [
            new Bytecode().Sstore(1, 2), new Bytecode().Push(1).Push(2).Op(TSTORE), new Bytecode().Push(0).Push(0).Op(LOG0),
            new Bytecode().Push(0).Push(0).Push(0).Op(CREATE), new Bytecode().Push(0).Push(0).Push(0).Push(0).Op(CREATE2),
            new Bytecode().Push(0).Op(SELFDESTRUCT), new Bytecode().Call(Address.FromNumber(9), 1),
        ];
        foreach (Bytecode writer in writers)
        {
            TestState state = new TestState().With(callee, balance: 5, nonce: 1, code: writer.Done());
            AssertWord(0, Top(new Bytecode().StaticCall(callee), state: state));
        }

        TestState harmless = new TestState().With(callee, nonce: 1, code: new Bytecode().Call(Address.FromNumber(0x99), 0).Done());
        AssertWord(1, Top(new Bytecode().StaticCall(callee), state: harmless));
    }
}
