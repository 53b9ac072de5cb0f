using System.Text.Json;
using BpDao.Core;
using BpDao.Crypto;
using BpDao.Evm;
using BpDao.Node.Commands.Conformance;
using BpDao.Specs;

namespace BpDao.Node.Commands.TransactionTest;

/// <summary>One official transaction test under one fork of a chain with id 1.</summary>
/// <param name="expected"><c>hash</c>, <c>sender</c>, <c>intrinsicGas</c>, or <c>exception</c>.</param>
internal sealed class TransactionTestCase(
    EthereumEcdsa ecdsa, string name, string forkName, Fork fork, ReadOnlyMemory<byte> encoded, JsonElement expected) : ITestCase
{
    private const ulong ChainId = 1;

    public string Name => name;

    public string Fork => forkName;

    public TestOutcome Run() => TestOutcome.Of(name, forkName, Compare());

    /// <summary>Null when all is as expected.</summary>
    private string? Compare()
    {
        IReleaseSpec spec = ReleaseSpec.Of(fork);
        string? exception = expected.TryGetProperty("exception", out JsonElement named) ? named.GetString() : null;
        if (!TransactionCodec.TryDecode(encoded.Span, out Transaction? decoded)) return exception is null ? "cannot be decoded" : null;
        Transaction tx = decoded!;
        bool recovered = ecdsa.TryRecoverSender(tx, out Address sender, allowHighS: !spec.IsHomestead);
        TransactionResult? broken = TransactionRules.FirstBrokenAnywhere(tx, ChainId, spec);
        string? refusal = !recovered ? "the signature is invalid" : broken is null ? null : $"{broken.Error}: {broken.Detail}";
        if (exception is not null)
        {
            if (refusal is null) return $"accepted from {sender}, but expected {exception}";
            bool isNamed = (!recovered && RefusalNames.IsOfSignature(exception)) || (broken is not null && RefusalNames.Match(exception, broken.Error, spec));
            return isNamed ? null : $"expected {exception}, refused: {refusal}";
        }

        if (refusal is not null) return $"refused: {refusal}";
        if (sender != TestNumbers.Address(expected.GetProperty("sender"))) return $"sender {sender}, expected {expected.GetProperty("sender")}";
        if (tx.Hash != TestNumbers.Hash(expected.GetProperty("hash"))) return $"hash {tx.Hash}, expected {expected.GetProperty("hash")}";
        ulong gas = IntrinsicGas.Of(tx, spec).Standard;
        return gas == TestNumbers.Long(expected.GetProperty("intrinsicGas")) ? null : $"intrinsic gas {gas}, expected {expected.GetProperty("intrinsicGas")}";
    }
}
