using System.Numerics;
using BpDao.Core.Abi;
using CsCheck;
using Xunit;

namespace BpDao.Core.Tests.Abi;

public sealed class AbiCodecTests
{
    [Fact]
    public void Encodes_the_example_of_the_specification()
    {
        // https://docs.soliditylang.org/en/latest/abi-spec.html#examples
        AbiFunction sam = AbiFunction.Parse("sam(bytes,bool,uint256[])");
        byte[] data = sam.Encode("dave"u8.ToArray(), true, new object[] { 1, 2, 3 });
        Assert.Equal(
            "0xa5643bf2"
            + "0000000000000000000000000000000000000000000000000000000000000060"
            + "0000000000000000000000000000000000000000000000000000000000000001"
            + "00000000000000000000000000000000000000000000000000000000000000a0"
            + "0000000000000000000000000000000000000000000000000000000000000004"
            + "6461766500000000000000000000000000000000000000000000000000000000"
            + "0000000000000000000000000000000000000000000000000000000000000003"
            + "0000000000000000000000000000000000000000000000000000000000000001"
            + "0000000000000000000000000000000000000000000000000000000000000002"
            + "0000000000000000000000000000000000000000000000000000000000000003",
            Hex.Encode(data));
    }

    [Theory]
    [InlineData("transfer(address,uint256)", "0xa9059cbb")]
    [InlineData("beginBlock(bytes)", "0x9826e603")]
    [InlineData("producerAt(uint64,uint32)(uint32)", "0xf81b500f")]
    public void Hashes_the_selector_from_the_arguments_alone(string text, string selector) =>
        Assert.Equal(selector, Hex.Encode(AbiFunction.Parse(text).Selector));

    [Theory]
    [InlineData("(uint64,(address,bytes,int16[])[],string,bytes4,uint8[3])")]
    [InlineData("(bool[2][],(string,string)[2],address)")]
    public void Reads_back_what_it_writes(string tuple)
    {
        AbiType type = AbiType.Parse(tuple);
        Gen.Int.Sample(seed =>
        {
            object[] values = type.Components.Select((t, i) => Arbitrary(t, new Random(HashCode.Combine(seed, i)))).ToArray();
            byte[] data = AbiEncoder.Encode(type.Components, values);
            Assert.True(AbiDecoder.TryDecode(type.Components, data, out object[]? read));
            Assert.Equal(Flatten(values), Flatten(read));
        }, iter: 200);
    }

    [Theory]
    [InlineData("(bytes[][][][])")]
    [InlineData("(string,uint256[],(bytes,bytes)[])")]
    public void Refuses_or_reads_any_bytes_without_failing(string tuple)
    {
        IReadOnlyList<AbiType> types = AbiType.Parse(tuple).Components;
        Gen.Byte.Array[0, 400].Sample(bytes => { AbiDecoder.TryDecode(types, bytes, out _); }, iter: 2_000);
    }

    [Fact]
    public void Refuses_tails_that_overlap_into_more_work_than_the_data_holds()
    {
        // Every element of every level points at the same place, so a naive reader does 16^4 reads.
        byte[] data = new byte[32 * 40];
        for (int i = 0; i < 40; i++) data[(32 * i) + 31] = (byte)(i == 0 ? 0x20 : i == 1 ? 16 : 0);
        for (int i = 2; i < 18; i++) data[(32 * i) + 30] = 2;
        data[(32 * 18) + 31] = 16;
        Assert.False(AbiDecoder.TryDecode(AbiType.Parse("(bytes[][][][])").Components, data, out _));
    }

    [Theory]
    [InlineData("(uint8)", "0x0000000000000000000000000000000000000000000000000000000000000100")]
    [InlineData("(bool)", "0x0000000000000000000000000000000000000000000000000000000000000002")]
    [InlineData("(address)", "0x0000000000000000000000010000000000000000000000000000000000000000")]
    [InlineData("(bytes4)", "0x0000000000000000000000000000000000000000000000000000000000000001")]
    [InlineData("(int8)", "0x0000000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("(bytes)", "0x00000000000000000000000000000000000000000000000000000000ffffffff")]
    [InlineData("(uint256)", "0x00")]
    public void Refuses_values_that_their_type_does_not_have(string tuple, string data) =>
        Assert.False(AbiDecoder.TryDecode(AbiType.Parse(tuple).Components, Hex.Decode(data), out _));

    [Fact]
    public void Describes_reverts_of_solidity()
    {
        Assert.True(RevertReason.TryDescribe(AbiFunction.Parse("Error(string)").Encode("no"), out string? reason));
        Assert.Equal("no", reason);
        Assert.True(RevertReason.TryDescribe(AbiFunction.Parse("Panic(uint256)").Encode(0x11), out reason));
        Assert.Equal("arithmetic underflow or overflow", reason);
        Assert.False(RevertReason.TryDescribe([1, 2, 3, 4], out _));
    }

    [Fact]
    public void Reads_events_with_indexed_values()
    {
        AbiEvent transfer = AbiEvent.Parse("Transfer(address indexed,address indexed,uint256)");
        Address from = Address.FromNumber(1), to = Address.FromNumber(2);
        LogEntry log = new(
            Address.FromNumber(3),
            [transfer.Topic, new Hash256(AbiEncoder.Encode([AbiType.Address], from)), new Hash256(AbiEncoder.Encode([AbiType.Address], to))],
            AbiEncoder.Encode([AbiType.UInt(256)], 5));
        Assert.Equal("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef", transfer.Topic.ToString());
        Assert.True(transfer.TryDecode(log, out object[]? values));
        Assert.Equal([from, to, (UInt256)5], values);
    }

    private static object Arbitrary(AbiType type, Random random)
    {
        byte[] bytes = new byte[random.Next(70)];
        random.NextBytes(bytes);
        return type.Kind switch
        {
            AbiKind.UInt => (UInt256)(ulong)random.Next(200),
            AbiKind.Int => (BigInteger)random.Next(-100, 100),
            AbiKind.Address => Address.FromNumber((uint)random.Next()),
            AbiKind.Bool => random.Next(2) == 0,
            AbiKind.FixedBytes => Enumerable.Range(1, type.Size).Select(i => (byte)i).ToArray(),
            AbiKind.Bytes => bytes,
            AbiKind.String => new string('x', random.Next(70)),
            AbiKind.Array => Enumerable.Range(0, type.Length ?? random.Next(4)).Select(_ => Arbitrary(type.Element!, random)).ToArray(),
            _ => type.Components.Select(c => Arbitrary(c, random)).ToArray(),
        };
    }

    private static IEnumerable<object> Flatten(object value) => value switch
    {
        byte[] bytes => [Hex.Encode(bytes)],
        object[] many => many.SelectMany(Flatten).Prepend($"[{many.Length}]"),
        _ => [value],
    };
}
