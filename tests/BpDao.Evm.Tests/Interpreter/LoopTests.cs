using System.Numerics;
using BpDao.Core;
using CsCheck;
using Xunit;
using static BpDao.Evm.Opcode;
using static BpDao.Evm.Tests.EvmFixture;

namespace BpDao.Evm.Tests.Interpreter;

/// <summary>What the loop does itself: words against big integers, and the loop without a tracer against the one with.</summary>
public sealed class LoopTests
{
    private static readonly BigInteger Modulus = BigInteger.One << 256;

    /// <summary>Limbs at which carries, borrows and comparisons turn.</summary>
    private static readonly Gen<ulong> AnyLimb = Gen.OneOf(OneOf(0UL, 1UL, ulong.MaxValue, ulong.MaxValue - 1, 1UL << 63), Gen.ULong);

    private static readonly Gen<UInt256> AnyWord = Gen.Select(AnyLimb, AnyLimb, AnyLimb, AnyLimb, (a, b, c, d) => new UInt256(a, b, c, d));

    private static readonly Gen<UInt256> AnyShift = Gen.OneOf(Gen.UInt[0, 300].Select(n => (UInt256)n), AnyWord);

    /// <summary>Instructions that jump, and those that set jumps up; targets are near, so that some are right.</summary>
    private static readonly Gen<byte[]> Jumping = Gen.OneOf(
        OneOf(JUMP, JUMPI, JUMPDEST, JUMPDEST, PUSH0, POP, DUP1, ISZERO, GAS, PC, STOP).Select(op => new[] { (byte)op }),
        Gen.Byte[0, 60].Select(to => new[] { (byte)PUSH1, to }),
        Gen.Select(Gen.Byte[0, 60], OneOf(JUMP, JUMPI, JUMPDEST, ADD), (to, then) => new[] { (byte)PUSH2, (byte)0, to, (byte)then, (byte)JUMPDEST }));

    [Fact]
    public void Words_of_any_limbs_are_computed_as_big_integers() => Gen.Select(AnyWord, AnyWord).Sample((a, b) =>
    {
        (BigInteger x, BigInteger y) = ((BigInteger)a, (BigInteger)b);
        Is(x + y, ADD, a, b);
        Is(x - y, SUB, a, b);
        Is(x * y, MUL, a, b);
        Is(BigInteger.ModPow(x, y, Modulus), EXP, a, b);
        Is(x & y, AND, a, b);
        Is(x | y, OR, a, b);
        Is(x ^ y, XOR, a, b);
        Is(x < y ? 1 : 0, LT, a, b);
        Is(x > y ? 1 : 0, GT, a, b);
        Is(Int256.ToBigInteger(a) < Int256.ToBigInteger(b) ? 1 : 0, SLT, a, b);
        Is(Int256.ToBigInteger(a) > Int256.ToBigInteger(b) ? 1 : 0, SGT, a, b);
        Is(x == y ? 1 : 0, EQ, a, b);
        Is(1, EQ, a, a);
        AssertWord(~a, Top(new Bytecode().Push(a).Op(NOT)));
    }, iter: 300);

    [Fact]
    public void Shifts_by_any_amount_are_as_of_big_integers() => Gen.Select(AnyShift, AnyWord).Sample((shift, value) =>
    {
        int bits = shift < 256UL ? (int)shift.L0 : 256;
        Is((BigInteger)value << bits, SHL, shift, value);
        Is((BigInteger)value >> bits, SHR, shift, value);
        Is(Int256.ToBigInteger(value) >> bits, SAR, shift, value);
    }, iter: 300);

    [Fact]
    public void Without_a_tracer_jumps_cost_and_fail_as_with_one() => Gen.Select(Jumping.Array[1, 14], Gen.Int[0, 60]).Sample((parts, gas) =>
    {
        Bytecode code = new();
        foreach (byte[] part in parts) code.Raw(part);
        CallResult plain = Run(code, gas: (ulong)gas), traced = Run(code, gas: (ulong)gas, tracer: new StackAtEnd());
        Assert.Equal((traced.Halt, traced.GasUsed), (plain.Halt, plain.GasUsed));
    }, iter: 20_000);

    [Fact]
    public void A_jump_over_a_full_stack_overflows_with_and_without_a_tracer()
    {
        Bytecode code = new();
        for (int i = 0; i < 1_024; i++) code.Op(PUSH0);
        code.Raw((byte)PUSH2, 4, 4, (byte)JUMP, (byte)JUMPDEST);

        Assert.Equal(HaltReason.StackOverflow, Run(code).Halt);
        Assert.Equal(HaltReason.StackOverflow, Run(code, tracer: new StackAtEnd()).Halt);
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static void Is(BigInteger expected, Opcode op, UInt256 top, UInt256 below) =>
        AssertWord((UInt256)expected, Top(new Bytecode().Push(below).Push(top).Op(op)));
}
