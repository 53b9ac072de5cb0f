using BpDao.Core;
using Xunit;

namespace BpDao.Crypto.Tests;

public sealed class EthereumEcdsaTests
{
    private static readonly PrivateKey Key = new(Enumerable.Repeat((byte)0x46, 32).ToArray());
    private static readonly EthereumEcdsa Ecdsa = new(Secp256k1.Default);

    private static Transaction Unsigned(TxType type) => new()
    {
        Type = type,
        ChainId = 24422,
        Nonce = 9,
        MaxFeePerGas = 20_000_000_000,
        MaxPriorityFeePerGas = type is TxType.Legacy or TxType.AccessList ? 20_000_000_000UL : 1UL,
        GasLimit = 21000,
        To = Address.Parse("0x3535353535353535353535353535353535353535"),
        Value = UInt256.Parse("1000000000000000000"),
        AccessList = type == TxType.Legacy ? [] : [new AccessListEntry(Address.FromNumber(7), [1, 2])],
        MaxFeePerBlobGas = type == TxType.Blob ? 3UL : 0UL,
        BlobVersionedHashes = type == TxType.Blob ? [Hash256.Parse("01" + new string('a', 62))] : [],
        AuthorizationList = type == TxType.SetCode ? [Ecdsa.SignAuthorization(24422, Address.FromNumber(1), 3, Key)] : [],
    };

    [Fact]
    public void Signs_the_example_of_eip_155()
    {
        Transaction signed = Ecdsa.Sign(Unsigned(TxType.Legacy) with { ChainId = 1 }, Key);

        Assert.Equal("0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53", EthereumEcdsa.SigningHash(signed).ToString());
        Assert.Equal(
            "0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83",
            Hex.Encode(TransactionCodec.Encode(signed)));
    }

    [Theory]
    [InlineData(TxType.Legacy)]
    [InlineData(TxType.AccessList)]
    [InlineData(TxType.DynamicFee)]
    [InlineData(TxType.Blob)]
    [InlineData(TxType.SetCode)]
    public void Recovers_the_sender_of_what_it_signed_after_a_trip_over_the_wire(TxType type)
    {
        Transaction signed = Ecdsa.Sign(Unsigned(type), Key);
        Assert.Equal(Key.Address, signed.Sender);

        Assert.True(TransactionCodec.TryDecode(TransactionCodec.Encode(signed), out Transaction? received));
        Assert.Null(received!.Sender);
        Assert.True(Ecdsa.TryRecoverSender(received, out Address sender));
        Assert.Equal(Key.Address, sender);
        Assert.Equal(Key.Address, received.Sender);
        Assert.Equal(signed.Hash, received.Hash);
    }

    [Fact]
    public void Threads_that_ask_for_a_sender_at_once_all_get_it()
    {
        byte[] encoded = TransactionCodec.Encode(Ecdsa.Sign(Unsigned(TxType.DynamicFee), Key));
        for (int i = 0; i < 20; i++)
        {
            Assert.True(TransactionCodec.TryDecode(encoded, out Transaction? shared));
            Parallel.For(0, 8, _ =>
            {
                Assert.True(Ecdsa.TryRecoverSender(shared!, out Address sender));
                Assert.Equal(Key.Address, sender);
            });
        }
    }

    [Fact]
    public void Signs_unprotected_legacy_transactions_when_there_is_no_chain_id()
    {
        Transaction signed = Ecdsa.Sign(Unsigned(TxType.Legacy) with { ChainId = null }, Key);
        Assert.True(TransactionCodec.TryDecode(TransactionCodec.Encode(signed), out Transaction? received));
        Assert.Null(received!.ChainId);
        Assert.True(Ecdsa.TryRecoverSender(received, out Address sender));
        Assert.Equal(Key.Address, sender);
    }

    [Fact]
    public void Another_chain_gives_another_sender()
    {
        Transaction signed = Ecdsa.Sign(Unsigned(TxType.DynamicFee), Key);
        Transaction replayed = signed with { ChainId = 1 };
        Assert.Null(replayed.Sender);
        Assert.False(Ecdsa.TryRecoverSender(replayed, out Address sender) && sender == Key.Address);
    }

    [Fact]
    public void High_s_is_refused_from_homestead_even_when_the_sender_is_remembered()
    {
        Transaction low = Ecdsa.Sign(Unsigned(TxType.Legacy), Key);
        Transaction high = low with
        {
            Signature = new TxSignature((byte)(low.Signature.YParity ^ 1), low.Signature.R, Secp256k1.Order - low.Signature.S),
        };

        Assert.False(Ecdsa.TryRecoverSender(high, out _));
        Assert.True(Ecdsa.TryRecoverSender(high, out Address sender, allowHighS: true));
        Assert.Equal(Key.Address, sender);
        Assert.False(Ecdsa.TryRecoverSender(high, out _));
    }

    [Fact]
    public void Numbers_out_of_range_have_no_sender()
    {
        Transaction good = Ecdsa.Sign(Unsigned(TxType.DynamicFee), Key);
        (byte V, UInt256 R, UInt256 S) = good.Signature;
        Assert.All<TxSignature>(
            [new(V, 0, S), new(V, R, 0), new(V, Secp256k1.Order, S), new(V, R, Secp256k1.Order), new(2, R, S), default],
            bad => Assert.False(Ecdsa.TryRecoverSender(good with { Signature = bad }, out _, allowHighS: true)));
    }

    [Fact]
    public void Finds_the_authority_of_an_authorization()
    {
        Authorization authorization = Ecdsa.SignAuthorization(24422, Address.FromNumber(0xb0da01), 5, Key);
        Assert.True(Ecdsa.TryRecoverAuthority(authorization, out Address authority));
        Assert.Equal(Key.Address, authority);
        Assert.False(Ecdsa.TryRecoverAuthority(authorization with { Nonce = 6 }, out Address other) && other == Key.Address);
    }

    [Fact]
    public void Malformed_authorizations_have_no_authority()
    {
        Authorization good = Ecdsa.SignAuthorization(0, Address.FromNumber(1), 0, Key);
        (byte V, UInt256 R, UInt256 S) = good.Signature;
        Assert.False(Ecdsa.TryRecoverAuthority(good with { Signature = new TxSignature(2, R, S) }, out _));
        Assert.False(Ecdsa.TryRecoverAuthority(good with { Signature = new TxSignature((byte)(V ^ 1), R, Secp256k1.Order - S) }, out _));
        Assert.False(Ecdsa.TryRecoverAuthority(good with { Signature = new TxSignature(V, R, 0) }, out _));
        Assert.False(Ecdsa.TryRecoverAuthority(good with { Signature = new TxSignature(V, UInt256.MaxValue, S) }, out _));
    }

    [Fact]
    public void The_message_of_an_authorization_is_that_of_eip_7702()
    {
        Authorization authorization = new(1, Address.FromNumber(0xff), 0, default);
        byte[] message = Hex.Decode("05d7" + "01" + "94" + "00000000000000000000000000000000000000ff" + "80");
        Assert.Equal(Keccak256.Hash(message), EthereumEcdsa.SigningHash(authorization));
    }

    [Fact]
    public void Digests_are_recovered_from_sixty_five_bytes()
    {
        Hash256 digest = Keccak256.Hash([1, 2, 3]);
        byte[] bytes = CompactSignature.ToArray(Ecdsa.SignDigest(digest, Key));
        Assert.True(Ecdsa.TryRecoverAddress(digest, bytes, out Address signer));
        Assert.Equal(Key.Address, signer);
    }

    [Fact]
    public void A_compact_signature_has_one_encoding()
    {
        TxSignature signature = Ecdsa.SignDigest(Keccak256.Hash([4]), Key);
        byte[] good = CompactSignature.ToArray(signature);
        Assert.True(CompactSignature.TryRead(good, out TxSignature read));
        Assert.Equal(signature, read);

        Assert.False(CompactSignature.TryRead(good.AsSpan(0, 64), out _));
        Assert.False(CompactSignature.TryRead([.. good, 0], out _));
        Assert.False(CompactSignature.TryRead([.. good[..64], 27], out _));
        Assert.False(CompactSignature.TryRead([.. good[..64], 2], out _));
        Assert.False(CompactSignature.TryRead([.. good[..32], .. (Secp256k1.Order - signature.S).ToBigEndian(), (byte)(signature.YParity ^ 1)], out _));
        Assert.False(CompactSignature.TryRead([.. new byte[32], .. good[32..]], out _));
        Assert.False(CompactSignature.TryRead([.. good[..32], .. new byte[32], good[64]], out _));
        Assert.False(CompactSignature.TryRead([.. Secp256k1.Order.ToBigEndian(), .. good[32..]], out _));
    }

    [Fact]
    public void The_system_key_signs_deterministically()
    {
        // Protocol rule 2.4: nodes rebuild transaction 0 and compare bytes.
        using PrivateKey system = new(Keccak256.Hash("BpDao system transaction"u8).Bytes);
        Transaction unsigned = Unsigned(TxType.Legacy);
        Assert.Equal(TransactionCodec.Encode(Ecdsa.Sign(unsigned, system)), TransactionCodec.Encode(Ecdsa.Sign(unsigned, system)));
    }

    [Fact]
    public void A_signature_is_worked_out_once_for_all_instances_of_a_transaction()
    {
        CountingCurve curve = new();
        EthereumEcdsa ecdsa = new(curve);
        byte[] bytes = TransactionCodec.Encode(Ecdsa.Sign(Unsigned(TxType.DynamicFee), Key));

        for (int i = 0; i < 3; i++)
        {
            Assert.True(TransactionCodec.TryDecode(bytes, out Transaction? instance));
            Assert.True(ecdsa.TryRecoverSender(instance!, out Address sender));
            Assert.Equal((Key.Address, Key.Address), (sender, instance!.Sender!.Value));
        }

        Assert.Equal(1, curve.Recovered);
    }

    [Fact]
    public void Another_signature_under_the_same_words_is_another_transaction()
    {
        CountingCurve curve = new();
        EthereumEcdsa ecdsa = new(curve);
        using PrivateKey other = new(Enumerable.Repeat((byte)0x47, 32).ToArray());
        Transaction mine = Ecdsa.Sign(Unsigned(TxType.DynamicFee), Key) with { }, theirs = Ecdsa.Sign(Unsigned(TxType.DynamicFee), other) with { };

        Assert.True(ecdsa.TryRecoverSender(mine, out Address a));
        Assert.True(ecdsa.TryRecoverSender(theirs, out Address b));

        Assert.Equal((Key.Address, other.Address), (a, b));
        Assert.Equal(2, curve.Recovered);
    }

    /// <summary>EIP-2: found under Frontier's rule, it is refused under Homestead's.</summary>
    [Fact]
    public void A_remembered_sender_with_high_s_is_refused_where_high_s_is()
    {
        EthereumEcdsa ecdsa = new(Secp256k1.Default);
        Transaction low = Ecdsa.Sign(Unsigned(TxType.Legacy), Key);
        TxSignature high = new((byte)(low.Signature.YParity ^ 1), low.Signature.R, Secp256k1.Order - low.Signature.S);

        Assert.True(ecdsa.TryRecoverSender(low with { Signature = high }, out Address sender, allowHighS: true));
        Assert.Equal(Key.Address, sender);
        Assert.False(ecdsa.TryRecoverSender(low with { Signature = high }, out _));
    }

    [Fact]
    public void Memory_of_senders_is_bounded_and_keeps_the_last()
    {
        RecoveredSenders senders = new();
        for (uint i = 0; i < 3 * RecoveredSenders.Capacity; i++) senders.Add(HashOf(i), Address.FromNumber(i));

        Assert.True(senders.Count <= 2 * RecoveredSenders.Capacity);
        Assert.False(senders.TryGet(HashOf(0), out _));
        const uint Oldest = 2 * RecoveredSenders.Capacity;
        Assert.True(senders.TryGet(HashOf(Oldest), out Address sender));
        Assert.Equal(Address.FromNumber(Oldest), sender);
    }

    private static Hash256 HashOf(uint number) => Keccak256.Hash(BitConverter.GetBytes(number));

    private sealed class CountingCurve : ISecp256k1
    {
        public int Recovered { get; private set; }

        public string Name => Secp256k1.Default.Name;

        public string Description => Secp256k1.Default.Description;

        public bool TryRecover(in Hash256 digest, in UInt256 r, in UInt256 s, byte recoveryId, Span<byte> publicKey)
        {
            Recovered++;
            return Secp256k1.Default.TryRecover(digest, r, s, recoveryId, publicKey);
        }

        public TxSignature Sign(in Hash256 digest, ReadOnlySpan<byte> privateKey) => Secp256k1.Default.Sign(digest, privateKey);

        public bool TryGetPublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey) => Secp256k1.Default.TryGetPublicKey(privateKey, publicKey);

        public bool TryEcdh(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> sharedX) => Secp256k1.Default.TryEcdh(privateKey, publicKey, sharedX);
    }
}
