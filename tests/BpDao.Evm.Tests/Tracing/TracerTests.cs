using BpDao.Core;
using BpDao.Evm.Tracing;
using BpDao.Testing;
using CsCheck;
using Xunit;
using static BpDao.Evm.Opcode;
using static BpDao.Evm.Tests.EvmFixture;

namespace BpDao.Evm.Tests.Tracing;

public sealed class TracerTests
{
    private static readonly Gen<byte[]> Programs = Gen.OneOf(
        Gen.Byte,
        Gen.OneOf<byte>((byte)PUSH0, (byte)PUSH1, (byte)PUSH2, (byte)DUP1, (byte)SWAP1, (byte)MSTORE, (byte)MLOAD, (byte)SSTORE, (byte)JUMPDEST, (byte)GAS, (byte)CALL))
        .Array[0, 80];

    [Fact]
    public void A_traced_execution_comes_to_the_same_as_an_untraced_one() =>
        Programs.Sample(
            program =>
            {
                TestState state = new TestState().With(Contract, balance: 100, nonce: 1, code: program);
                WorldState plain = new(state), traced = new(state);
                CallResult expected = Call(plain, gas: 200_000);
                CallResult actual = Call(traced, gas: 200_000, tracer: new StackAtEnd());
                return expected.Halt == actual.Halt && expected.GasUsed == actual.GasUsed && expected.Refund == actual.Refund
                    && expected.Output.Span.SequenceEqual(actual.Output.Span)
                    && plain.GetStorage(Contract, 0) == traced.GetStorage(Contract, 0) && plain.GetBalance(Contract) == traced.GetBalance(Contract);
            },
            iter: 3_000);

    [Fact]
    public void Frames_are_reported_with_precompiled_contracts_and_empty_accounts()
    {
        StackAtEnd tracer = new();
        Address identity = Address.FromNumber(4), nobody = Address.FromNumber(0x9999);
        Run(new Bytecode().Call(identity, 0).Op(POP).Call(nobody, 0), tracer: tracer);
        Assert.Equal(
            [$"0 Call {Contract}", $"1 Call {identity}", "1 None", $"1 Call {nobody}", "1 None", "0 None"],
            tracer.Frames);
    }

    [Fact]
    public void Costs_of_one_frame_add_up_to_its_gas()
    {
        StackAtEnd tracer = new();
        CallResult result = Run(new Bytecode().Push(3).Push(40).Op(MSTORE).Sstore(1, 2).Push(5).Op(SLOAD), tracer: tracer);
        Assert.Equal((long)result.GasUsed, tracer.GasCharged);
        Assert.Equal(9, tracer.Instructions); // with the STOP behind the code
    }

    [Fact]
    public void Writes_the_lines_of_EIP_3155()
    {
        StringWriter output = new();
        Run(new Bytecode().Push(1).Push(0x20).Op(MSTORE, POP), gas: 100, tracer: new Eip3155Tracer(output));
        Assert.Equal(
            """
            {"pc":0,"op":96,"gas":"0x64","gasCost":"0x3","memSize":0,"stack":[],"depth":1,"refund":0,"opName":"PUSH1"}
            {"pc":2,"op":96,"gas":"0x61","gasCost":"0x3","memSize":0,"stack":["0x1"],"depth":1,"refund":0,"opName":"PUSH1"}
            {"pc":4,"op":82,"gas":"0x5e","gasCost":"0x9","memSize":0,"stack":["0x1","0x20"],"depth":1,"refund":0,"opName":"MSTORE"}
            {"pc":5,"op":80,"gas":"0x55","gasCost":"0x0","memSize":64,"stack":[],"depth":1,"refund":0,"opName":"POP","error":"StackUnderflow"}

            """,
            output.ToString());
    }
}
