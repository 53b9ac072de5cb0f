using System.Text.Json;
using BpDao.Core;
using BpDao.Node.Commands.Conformance;

namespace BpDao.Node.Commands.Bench;

/// <summary>One message call with the state it runs on and what must come of it.</summary>
internal sealed record EvmProgram
{
    public required string Name { get; init; }

    public required Fork Fork { get; init; }

    public required Address Sender { get; init; }

    public required Address To { get; init; }

    /// <summary>In wei.</summary>
    public required UInt256 Value { get; init; }

    /// <summary>In wei.</summary>
    public required UInt256 GasPrice { get; init; }

    public required ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>Gas given to the outermost frame.</summary>
    public required ulong Gas { get; init; }

    /// <summary>Every listed account has nonce 1 and no balance.</summary>
    public required IReadOnlyDictionary<Address, TestAccount> Pre { get; init; }

    public required EvmExpectation Expected { get; init; }

    /// <exception cref="JsonException">Not JSON.</exception>
    /// <exception cref="FormatException">A value cannot be read.</exception>
    /// <exception cref="KeyNotFoundException">A field is missing.</exception>
    public static EvmProgram Read(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        JsonElement expected = root.GetProperty("expected");
        string fork = root.GetProperty("fork").GetString() ?? "";
        return new EvmProgram
        {
            Name = root.GetProperty("name").GetString() ?? "",
            Fork = ForkNames.TryParse(fork, out Fork known) ? known : throw new FormatException($"no fork is called '{fork}'"),
            Sender = TestNumbers.Address(root.GetProperty("sender")),
            To = TestNumbers.Address(root.GetProperty("to")),
            Value = TestNumbers.Word(root.GetProperty("value")),
            GasPrice = TestNumbers.Word(root.GetProperty("gasPrice")),
            Input = TestNumbers.Bytes(root.GetProperty("calldata")),
            Gas = TestNumbers.Long(root.GetProperty("frameGasLimit")),
            Pre = ReadAccounts(root.GetProperty("pre")),
            Expected = new EvmExpectation(
                expected.GetProperty("status").GetString() == "success",
                TestNumbers.Long(expected.GetProperty("frameGas")),
                (long)TestNumbers.Long(expected.GetProperty("refund")),
                TestNumbers.Bytes(expected.GetProperty("return")),
                TestNumbers.Long(expected.GetProperty("ops"))),
        };
    }

    private static Dictionary<Address, TestAccount> ReadAccounts(JsonElement json) => json.EnumerateObject().ToDictionary(
        account => Address.Parse(account.Name),
        account => new TestAccount(
            Nonce: 1,
            Balance: UInt256.Zero,
            TestNumbers.Bytes(account.Value.GetProperty("code")),
            account.Value.GetProperty("storage").EnumerateObject().ToDictionary(s => UInt256.Parse(s.Name), s => TestNumbers.Word(s.Value))));
}

/// <summary>What a program must come to.</summary>
/// <param name="Gas">Used by the outermost frame, before refund.</param>
/// <param name="Refund">The refund counter.</param>
/// <param name="Operations">Instructions executed in all frames.</param>
internal sealed record EvmExpectation(bool Succeeds, ulong Gas, long Refund, ReadOnlyMemory<byte> Output, ulong Operations);
