using BpDao.Core;
using BpDao.Testing;
using Xunit;
using static BpDao.Evm.Opcode;
using static BpDao.Evm.Tests.EvmFixture;

namespace BpDao.Evm.Tests.Interpreter;

/// <summary>Instructions by what they leave. Arithmetic itself is tested in Core; here it is operands and their order.</summary>
public sealed class InstructionTests
{
    private static readonly UInt256 MinusOne = UInt256.MaxValue;

    private static UInt256 Binary(Opcode op, UInt256 top, UInt256 below) => Top(new Bytecode().Push(below).Push(top).Op(op));

    public static TheoryData<byte, string, string, string> Operands() => new()
    {
        { (byte)ADD, "7", "3", "10" },
        { (byte)SUB, "7", "3", "4" },
        { (byte)MUL, "7", "3", "21" },
        { (byte)DIV, "7", "3", "2" },
        { (byte)DIV, "7", "0", "0" },
        { (byte)MOD, "7", "3", "1" },
        { (byte)EXP, "7", "3", "343" },
        { (byte)LT, "3", "7", "1" },
        { (byte)GT, "3", "7", "0" },
        { (byte)EQ, "3", "3", "1" },
        { (byte)AND, "6", "3", "2" },
        { (byte)OR, "6", "3", "7" },
        { (byte)XOR, "6", "3", "5" },
        { (byte)BYTE, "31", "0x1234", "0x34" },
        { (byte)BYTE, "32", "0x1234", "0" },
        { (byte)SHL, "4", "0xff", "0xff0" },
        { (byte)SHR, "4", "0xff", "0xf" },
        { (byte)SHR, "256", "0xff", "0" },
        { (byte)SIGNEXTEND, "0", "0x7f", "0x7f" },
    };

    [Theory]
    [MemberData(nameof(Operands))]
    public void Takes_its_operands_from_the_top(byte op, string top, string below, string result) =>
        Assert.Equal(UInt256.Parse(result), Binary((Opcode)op, UInt256.Parse(top), UInt256.Parse(below)));

    [Fact]
    public void Signed_instructions_see_twos_complement()
    {
        Assert.Equal(MinusOne - 2, Binary(SDIV, MinusOne - 6, 2)); // -7 / 2 = -3
        Assert.Equal(MinusOne, Binary(SMOD, MinusOne - 6, 2));
        AssertWord(1, Binary(SLT, MinusOne, 0));
        AssertWord(0, Binary(SGT, MinusOne, 0));
        Assert.Equal(MinusOne, Binary(SAR, 300, MinusOne - 1));
        Assert.Equal(MinusOne, Binary(SIGNEXTEND, 0, 0xff));
    }

    [Fact]
    public void Three_operand_instructions_reduce_by_the_third()
    {
        // 2^256 = 1 mod 5, so the two operands are 0 and 4 though their sum does not fit in a word.
        AssertWord(4, Top(new Bytecode().Push(5).Push(MinusOne).Push(MinusOne - 1).Op(ADDMOD)));
        AssertWord(4, Top(new Bytecode().Push(5).Push(7).Push(2).Op(MULMOD)));
    }

    [Theory]
    [InlineData(0, 256)]
    [InlineData(1, 255)]
    [InlineData(0xffff, 240)]
    public void Counts_leading_zeros(ulong value, ulong zeros) => AssertWord(zeros, Top(new Bytecode().Push(value).Op(CLZ)));

    [Fact]
    public void Every_push_reads_its_bytes_even_past_the_end_of_the_code()
    {
        for (int n = 1; n <= 32; n++)
        {
            byte[] data = [.. Enumerable.Range(1, n).Select(i => (byte)i)];
            Bytecode whole = new Bytecode().Raw((byte)(PUSH0 + (byte)n)).Raw(data);
            Assert.Equal(UInt256.FromBigEndian(data), Top(whole));

            // The last byte is missing: the code is followed by zeros. A tracer sees the stack when the code has ended.
            StackAtEnd stack = new();
            Run(new Bytecode().Raw((byte)(PUSH0 + (byte)n)).Raw(data[..^1]), tracer: stack);
            byte[] padded = [.. data[..^1], 0];
            Assert.Equal(UInt256.FromBigEndian(padded), Assert.Single(stack.Last));
        }
    }

    [Fact]
    public void Every_dup_and_swap_reaches_its_depth()
    {
        for (int n = 1; n <= 16; n++)
        {
            Bytecode dup = new(), swap = new();
            for (int i = 0; i < 17; i++)
            {
                dup.Push((ulong)i);
                swap.Push((ulong)i);
            }

            AssertWord((ulong)(17 - n), Top(dup.Op(DUP1 + (byte)(n - 1))));
            AssertWord((ulong)(16 - n), Top(swap.Op(SWAP1 + (byte)(n - 1))));
        }
    }

    [Fact]
    public void Call_data_is_followed_by_zeros()
    {
        byte[] input = [1, 2, 3];
        Assert.Equal(UInt256.Parse("0x0203") << 240, Top(new Bytecode().Push(1).Op(CALLDATALOAD), input: input));
        AssertWord(0, Top(new Bytecode().Push(UInt256.MaxValue).Op(CALLDATALOAD), input: input));
        AssertWord(3, Top(Bytecode.Of(CALLDATASIZE), input: input));
    }

    [Fact]
    public void Copies_fill_up_with_zeros_and_may_overlap()
    {
        Bytecode callData = new Bytecode().Push(32).Push(1).Push(0).Op(CALLDATACOPY).Push(0).Op(MLOAD);
        Assert.Equal(UInt256.Parse("0x0203") << 240, Top(callData, input: [1, 2, 3]));

        Bytecode moved = new Bytecode().Push(0x0102030405).Push(0).Op(MSTORE).Push(4).Push(27).Push(28).Op(MCOPY).Push(0).Op(MLOAD);
        AssertWord(0x0101020304, Top(moved));
    }

    [Fact]
    public void Memory_grows_in_words_and_costs_more_the_larger_it_is()
    {
        AssertWord(64, Top(new Bytecode().Push(0).Push(33).Op(MSTORE8, MSIZE)));
        // Three pushes, MSTORE8's own 3, and 3·w + w²/512 for w = 1,024 words.
        CallResult result = Run(new Bytecode().Push(0).Push(1_024 * 32 - 1).Op(MSTORE8, STOP));
        Assert.Equal(3UL + 3 + 3 + (3 * 1_024) + (1_024 * 1_024 / 512), result.GasUsed);
    }

    [Fact]
    public void Block_and_transaction_are_visible()
    {
        AssertWord(Context.Number, Top(Bytecode.Of(NUMBER)));
        AssertWord(Context.Timestamp, Top(Bytecode.Of(TIMESTAMP)));
        Assert.Equal(Word.Of(Coinbase), Top(Bytecode.Of(COINBASE)));
        AssertWord(Context.GasLimit, Top(Bytecode.Of(GASLIMIT)));
        AssertWord(Context.ChainId, Top(Bytecode.Of(CHAINID)));
        AssertWord(Context.BaseFee, Top(Bytecode.Of(BASEFEE)));
        Assert.Equal(UInt256.FromHash(Context.PrevRandao), Top(Bytecode.Of(PREVRANDAO)));
        Assert.Equal(Word.Of(Caller), Top(Bytecode.Of(CALLER)));
        Assert.Equal(Word.Of(Caller), Top(Bytecode.Of(ORIGIN)));
        Assert.Equal(Word.Of(Contract), Top(Bytecode.Of(ADDRESS)));
        AssertWord(1, Top(Bytecode.Of(BLOBBASEFEE)));
    }

    [Fact]
    public void Accounts_are_visible()
    {
        Address other = Address.FromNumber(0x1234), absent = Address.FromNumber(0x9999);
        TestState state = new TestState().With(other, balance: 77, code: [1, 2, 3]);
        AssertWord(77, Top(new Bytecode().Push(other).Op(BALANCE), state: state));
        AssertWord(3, Top(new Bytecode().Push(other).Op(EXTCODESIZE), state: state));
        Assert.Equal(UInt256.FromHash(Keccak256.Hash([1, 2, 3])), Top(new Bytecode().Push(other).Op(EXTCODEHASH), state: state));
        AssertWord(0, Top(new Bytecode().Push(absent).Op(EXTCODEHASH), state: state));
    }
}
